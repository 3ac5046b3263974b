"""The system calls that the filter names: name, number on x86_64, number on aarch64 ("-": none there).

Numbers are those of <asm/unistd_64.h> and <asm-generic/unistd.h>; a test compares them with the headers of
the machine where it has them. What is allowed is in allowed_calls.py. What is in none of the tables does not exist for
the box (ENOSYS): the denied ones are listed for the reason, and because EPERM tells a library, and a student, more.
"""

from __future__ import annotations

from grader.box.walls.allowed_calls import ALLOWED

_DENIED = """
# another program, another process
execve                     59   221
execveat                  322   281
fork                       57     -
vfork                      58     -
uselib                    134     -

# the network and every other socket; passing descriptors
socket                     41   198
socketpair                 53   199
connect                    42   203
bind                       49   200
listen                     50   201
accept                     43   202
accept4                   288   242
sendto                     44   206
sendmsg                    46   211
sendmmsg                  307   269
recvmsg                    47   212
recvmmsg                  299   243

# other processes: their memory, their descriptors, their scheduling, their groups
ptrace                    101   117
process_vm_readv          310   270
process_vm_writev         311   271
process_madvise           440   440
process_mrelease          448   448
pidfd_open                434   434
pidfd_getfd               438   438
pidfd_send_signal         424   424
kcmp                      312   272
move_pages                279   239
migrate_pages             256   238
setpgid                   109   154
setsid                    112   157
setpriority               141   140
ioprio_set                251    30
sched_setscheduler        144   119
sched_setparam            142   118
sched_setattr             314   274

# file attributes, which Landlock does not guard; truncate is guarded from ABI 3 only
utime                     132     -
utimes                    235     -
futimesat                 261     -
utimensat                 280    88
chown                      92     -
fchown                     93    55
lchown                     94     -
fchownat                  260    54
setxattr                  188     5
lsetxattr                 189     6
fsetxattr                 190     7
setxattrat                463   463
removexattr               197    14
lremovexattr              198    15
fremovexattr              199    16
removexattrat             466   466
file_setattr              469   469
truncate                   76    45
mknod                     133     -
mknodat                   259    33

# gigabytes of a disk, or of memory, in no time: faster than the judge looks
fallocate                 285    47

# ways to files that go around their paths; watching files
open_by_handle_at         304   265
name_to_handle_at         303   264
inotify_init              253     -
inotify_init1             294    26
inotify_add_watch         254    27
inotify_rm_watch          255    28
fanotify_init             300   262
fanotify_mark             301   263
lookup_dcookie            212    18

# mounts and namespaces
mount                     165    40
umount2                   166    39
pivot_root                155    41
chroot                    161    51
unshare                   272    97
setns                     308   268
fsopen                    430   430
fsconfig                  431   431
fsmount                   432   432
fspick                    433   433
open_tree                 428   428
open_tree_attr            467   467
move_mount                429   429
mount_setattr             442   442
statmount                 457   457
listmount                 458   458
sysfs                     139     -

# who the process is, and what it may use
setuid                    105   146
setgid                    106   144
setreuid                  113   145
setregid                  114   143
setresuid                 117   147
setresgid                 119   149
setfsuid                  122   151
setfsgid                  123   152
setgroups                 116   159
capset                    126    91
setrlimit                 160   164
personality               135    92
lsm_set_self_attr         460   460

# memory and queues shared with other processes
shmget                     29   194
shmat                      30   196
shmctl                     31   195
shmdt                      67   197
semget                     64   190
semop                      65   193
semtimedop                220   192
semctl                     66   191
msgget                     68   186
msgsnd                     69   189
msgrcv                     70   188
msgctl                     71   187
mq_open                   240   180
mq_unlink                 241   181
mq_timedsend              242   182
mq_timedreceive           243   183
mq_notify                 244   184
mq_getsetattr             245   185
memfd_secret              447   447

# wide or fresh parts of the kernel that no coursework needs
bpf                       321   280
perf_event_open           298   241
userfaultfd               323   282
io_uring_setup            425   425
io_uring_enter            426   426
io_uring_register         427   427
io_setup                  206     0
io_submit                 209     2
io_getevents              208     4
io_pgetevents             333   292
io_cancel                 210     3
io_destroy                207     1
keyctl                    250   219
add_key                   248   217
request_key               249   218
modify_ldt                154     -

# the machine as a whole
kexec_load                246   104
kexec_file_load           320   294
init_module               175   105
finit_module              313   273
delete_module             176   106
create_module             174     -
get_kernel_syms           177     -
query_module              178     -
reboot                    169   142
swapon                    167   224
swapoff                   168   225
sethostname               170   161
setdomainname             171   162
settimeofday              164   170
clock_settime             227   112
adjtimex                  159   171
clock_adjtime             305   266
quotactl                  179    60
quotactl_fd               443   443
acct                      163    89
syslog                    103   116
iopl                      172     -
ioperm                    173     -
vhangup                   153    58
sync                      162    81
syncfs                    306   267
nfsservctl                180    42
_sysctl                   156     -
vserver                   236     -
"""

_PRETENDED = """
# answered as if done: shutil.copy, shelve and others set the modes of what they wrote, which matters to nobody here.
# Landlock does not guard them, so that really to do so would reach files outside. (Times are denied all the same:
# pathlib.Path.touch takes it that the file is there when setting them succeeds.)
chmod                      90     -
fchmod                     91    52
fchmodat                  268    53
fchmodat2                 452   452
"""

_HIDDEN = """
# answered as if the kernel were too old, so that libraries fall back to a call whose arguments can be read
clone3                    435   435
openat2                   437   437
"""

_JUDGED = """
# allowed or denied by their arguments: see seccomp.py
clone                      56   220
open                        2     -
openat                    257    56
kill                       62   129
tkill                     200   130
tgkill                    234   131
rt_sigqueueinfo           129   138
rt_tgsigqueueinfo         297   240
prlimit64                 302   261
sched_setaffinity         203   122
prctl                     157   167
fcntl                      72    25
ioctl                      16    29
"""

_COLUMN = {"x86_64": 1, "aarch64": 2}
MACHINES = tuple(_COLUMN)


def _numbers(table: str, machine: str) -> dict[str, int]:
    rows = (line.split() for line in table.splitlines() if line and not line.startswith("#"))
    return {row[0]: int(row[_COLUMN[machine]]) for row in rows if row[_COLUMN[machine]] != "-"}


def allowed(machine: str) -> dict[str, int]:
    """Return the calls that may be made, whatever their arguments: name → number."""
    return _numbers(ALLOWED, machine)


def denied(machine: str) -> dict[str, int]:
    """Return the calls that answer EPERM whatever their arguments: name → number."""
    return _numbers(_DENIED, machine)


def pretended(machine: str) -> dict[str, int]:
    """Return the calls that do nothing and answer 0: name → number."""
    return _numbers(_PRETENDED, machine)


def hidden(machine: str) -> dict[str, int]:
    """Return the calls that answer ENOSYS: name → number."""
    return _numbers(_HIDDEN, machine)


def judged(machine: str) -> dict[str, int]:
    """Return the calls whose arguments decide: name → number."""
    return _numbers(_JUDGED, machine)
