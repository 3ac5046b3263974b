"""The system calls that a box may make, whatever their arguments: name, number on x86_64, number on aarch64.

In groups, as Docker's default profile and Chromium's policies have them; what is in no table does not exist for a box.
The list is generous with what does no harm: another libc or kernel asks for other calls than those that were seen.
"""

from __future__ import annotations

ALLOWED = """
# reading and writing what is open
read                        0    63
write                       1    64
readv                      19    65
writev                     20    66
pread64                    17    67
pwrite64                   18    68
preadv                    295    69
pwritev                   296    70
preadv2                   327   286
pwritev2                  328   287
lseek                       8    62
sendfile                   40    71
copy_file_range           326   285
splice                    275    76
tee                       276    77
vmsplice                  278    75
readahead                 187   213
fadvise64                 221   223
sync_file_range           277    84
fsync                      74    82
fdatasync                  75    83
ftruncate                  77    46
flock                      73    32
close                       3    57
close_range               436   436
dup                        32    23
dup2                       33     -
dup3                      292    24
pipe                       22     -
pipe2                     293    59
memfd_create              319   279
cachestat                 451   451

# files by their names: Landlock decides about these
stat                        4     -
fstat                       5    80
lstat                       6     -
newfstatat                262    79
statx                     332   291
statfs                    137    43
fstatfs                   138    44
access                     21     -
faccessat                 269    48
faccessat2                439   439
readlink                   89     -
readlinkat                267    78
getdents                   78     -
getdents64                217    61
getcwd                     79    17
chdir                      80    49
fchdir                     81    50
creat                      85     -
mkdir                      83     -
mkdirat                   258    34
rmdir                      84     -
rename                     82     -
renameat                  264    38
renameat2                 316   276
link                       86     -
linkat                    265    37
symlink                    88     -
symlinkat                 266    36
unlink                     87     -
unlinkat                  263    35
umask                      95   166
getxattr                  191     8
lgetxattr                 192     9
fgetxattr                 193    10
getxattrat                464   464
listxattr                 194    11
llistxattr                195    12
flistxattr                196    13
listxattrat               465   465

# memory
mmap                        9   222
munmap                     11   215
mremap                     25   216
mprotect                   10   226
madvise                    28   233
brk                        12   214
msync                      26   227
mincore                    27   232
mlock                     149   228
mlock2                    325   284
munlock                   150   229
mlockall                  151   230
munlockall                152   231
mbind                     237   235
set_mempolicy             238   237
get_mempolicy             239   236
membarrier                324   283
pkey_mprotect             329   288
pkey_alloc                330   289
pkey_free                 331   290
map_shadow_stack          453   453
mseal                     462   462

# threads, and waiting for each other
futex                     202    98
futex_waitv               449   449
futex_wake                454   454
futex_wait                455   455
futex_requeue             456   456
set_robust_list           273    99
get_robust_list           274   100
set_tid_address           218    96
gettid                    186   178
rseq                      334   293
sched_yield                24   124
sched_getaffinity         204   123
sched_getscheduler        145   120
sched_getparam            143   121
sched_getattr             315   275
sched_get_priority_max    146   125
sched_get_priority_min    147   126
sched_rr_get_interval     148   127
getcpu                    309   168
arch_prctl                158     -
exit                       60    93
exit_group                231    94
wait4                      61   260
waitid                    247    95
restart_syscall           219   128

# signals of its own
rt_sigaction               13   134
rt_sigprocmask             14   135
rt_sigreturn               15   139
rt_sigpending             127   136
rt_sigsuspend             130   133
rt_sigtimedwait           128   137
sigaltstack               131   132
pause                      34     -
signalfd                  282     -
signalfd4                 289    74

# time
time                      201     -
gettimeofday               96   169
clock_gettime             228   113
clock_getres              229   114
clock_nanosleep           230   115
nanosleep                  35   101
times                     100   153
alarm                      37     -
getitimer                  36   102
setitimer                  38   103
timer_create              222   107
timer_settime             223   110
timer_gettime             224   108
timer_getoverrun          225   109
timer_delete              226   111
timerfd_create            283    85
timerfd_settime           286    86
timerfd_gettime           287    87

# waiting for what is open
select                     23     -
pselect6                  270    72
poll                        7     -
ppoll                     271    73
epoll_create              213     -
epoll_create1             291    20
epoll_ctl                 233    21
epoll_wait                232     -
epoll_pwait               281    22
epoll_pwait2              441   441
eventfd                   284     -
eventfd2                  290    19

# what it is, and how much it has used
getpid                     39   172
getppid                   110   173
getpgrp                   111     -
getpgid                   121   155
getsid                    124   156
getuid                    102   174
geteuid                   107   175
getgid                    104   176
getegid                   108   177
getresuid                 118   148
getresgid                 120   150
getgroups                 115   158
capget                    125    90
getpriority               140   141
ioprio_get                252    31
getrlimit                  97   163
getrusage                  98   165
sysinfo                    99   179
uname                      63   160
getrandom                 318   278

# the channel to the judge, if somebody takes it for a socket
recvfrom                   45   207
getsockname                51   204
getpeername                52   205
getsockopt                 55   209
setsockopt                 54   208
shutdown                   48   210
"""
