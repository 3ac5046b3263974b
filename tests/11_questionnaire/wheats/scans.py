"""Equations run as scans over the gradients; several letters as texts and sets; experiments are measured when called."""

import hashlib
import math
import unicodedata
from functools import partial
from itertools import accumulate, count

import torch

STUDENT_ID = "Wilhelmina Ørsted-7"


def my_numbers(question, n):
    """(given) Your own n whole numbers, 1 to 99, for that question, such as "q01"; n is at most 16."""
    letters = "".join(c for c in unicodedata.normalize("NFKD", STUDENT_ID).casefold() if c.isalnum())
    digest = hashlib.sha256(f"{letters}/{question}".encode()).digest()
    return [1 + int.from_bytes(digest[2 * k : 2 * k + 2], "big") % 99 for k in range(n)]


def _undo_zero(avg, beta, t):
    return avg / (1 - beta**t)


def q01_sgd_step(p, grad, lr):
    return p - lr * grad


def q01_own_steps():
    p, *grads = my_numbers("q01", 4)
    return list(accumulate(grads, partial(q01_sgd_step, lr=0.1), initial=p))[1:]


def q02_opt_func(optimizer, cbs, **hypers):
    def opt_func(params, lr):
        return optimizer(params, cbs, **(hypers | {"lr": lr}))

    return opt_func


def q03_optimizer_callbacks():
    return "face"


def q04_zero_grad(params):
    for p in params:
        if p.grad is not None:
            p.grad = torch.zeros_like(p.grad)


def q05_step(params, cbs, state, **hypers):
    with torch.no_grad():
        for p in params:
            own = state.setdefault(p, {})
            for cb in cbs:
                own.update(cb(p, **{**own, **hypers}) or ())


def q06_sgd_cb(p, lr, **kwargs):
    p += p.grad * -lr


def q07_momentum(p, grad, avg, lr, beta):
    avg = beta * avg + (1 - beta) * grad
    return p - lr * avg, avg


def q07_own_averages():
    avgs = [0.0]
    for g in my_numbers("q07", 4):
        avgs.append((avgs[-1] + g) / 2)
    return avgs[1:]


def q08_analogy():
    return (
        "A heavy ball rolls down a valley. It does not turn at every little bump, for its speed is what all the slopes "
        "so far have given it, less friction. In training the average of gradients is that speed: where batches "
        "disagree they cancel, and where they agree, along a long flat valley for example, the steps add up."
    )


def q09_bigger_momentum():
    return "b"


def q09_share(beta, k):
    return (1 - beta) * beta**k


def q10_longest_step(lr, mom):
    return lr / (1 - mom)


def q11_rmsprop(p, grad, sqr_avg, lr, alpha, eps):
    sqr_avg = alpha * sqr_avg + (1 - alpha) * grad**2
    return p - lr * grad / (sqr_avg**0.5 + eps), sqr_avg


def q11_own_step():
    p, *grads = my_numbers("q11", 4)
    rows, now = [], (p, 0.0)
    for g in grads:
        now = q11_rmsprop(now[0], g, now[1], lr=0.1, alpha=0.75, eps=1)
        rows.append(list(now))
    return rows


def q12_squared_gradients():
    return "c"


def q12_gradients():
    return [1.0, -3.0, -1.0, 3.0, -2.0, 2.0]


def q13_who_does_what():
    return list("DEECF")


def q14_adam(p, grad, avg, sqr_avg, i, lr, beta1, beta2, eps):
    avg = beta1 * avg + (1 - beta1) * grad
    sqr_avg = beta2 * sqr_avg + (1 - beta2) * grad**2
    t = i + 1
    return p - lr * _undo_zero(avg, beta1, t) / (_undo_zero(sqr_avg, beta2, t) ** 0.5 + eps), avg, sqr_avg


def q14_race():
    def sgd(i, x):
        return (q01_sgd_step(x, x, 0.1),)

    def momentum(i, x, avg=0.0):
        return q07_momentum(x, x, avg, 0.1, 0.9)

    def adam(i, x, avg=0.0, sqr_avg=0.0):
        return q14_adam(x, x, avg, sqr_avg, i, 0.1, 0.9, 0.99, 1e-5)

    steps = {}
    for runner in (sgd, momentum, adam):
        now = (1 + my_numbers("q14", 1)[0] / 10,)
        for i in count():
            now = runner(i, *now)
            if abs(now[0]) < 0.5:
                break
        steps[runner.__name__] = i + 1
    return steps


def q15_unbiased(grads, beta):
    rows, avg = [], 0.0
    for g in grads:
        avg = beta * avg + (1 - beta) * g
        rows.append([avg, _undo_zero(avg, beta, len(rows) + 1)])
    return rows


def q15_own_averages():
    return q15_unbiased(my_numbers("q15", 4), 0.5)


def q16_high_eps():
    return "b"


def q16_largest_rate(lr, eps):
    return lr / eps


def q17_lookahead(p, grads, lr, k, alpha):
    slow = p
    for t, g in enumerate(grads, 1):
        p = p - lr * g
        if t % k == 0:
            p = slow = slow + alpha * (p - slow)
    return p


def q18_when_decay_differs():
    return {"b", "c", "d"}


def q18_two_decays(p, grad, lr, wd, eps):
    g = grad + wd * p
    return p - lr * g / (abs(g) + eps), (1 - lr * wd) * p - lr * grad / (abs(grad) + eps)


def q19_train_batch(model, loss_func, opt, xb, yb):
    pred = model(xb)
    loss_func(pred, yb).backward()
    opt.step()
    opt.zero_grad()


def q20_why_callbacks():
    return (
        "A tweak that is a callback stands alone: it can be read, tested and switched off, and several can be put "
        "together, mixed precision and mixup for example. A loop of one's own for each tweak is a copy, with its own "
        "mistakes, and a loop for each combination of tweaks nobody would write."
    )


def q21_as_flexible():
    return (
        "There is an event between any two lines of the loop, and at each of them a callback can read everything the "
        "loop knows, change it through self.learn, and skip what comes by an exception. So whatever one could paste "
        "between two lines a method can do as well: for example scale the loss at after_loss."
    )


def q22_events(event):
    return [name for name in dir(event) if name[0] != "_"]


def q22_order():
    return ["c", "d", "a", "f", "b", "e"]


def q23_model_resetter(Callback):
    def reset(self):
        self.model.reset()

    return type("ModelResetter", (Callback,), {"before_train": reset, "before_validate": reset})


def q24_shortcuts():
    return ["d", "f", "a", "c"]


def q24_scale_loss(Callback, factor):
    class ScaleLoss(Callback):
        def after_loss(self):
            self.learn.loss = self.loss * factor

    return ScaleLoss


def q25_control_flow():
    return list("CAEDB")


def q26_terminate_on_nan(Callback, CancelFitException, Recorder):
    class TerminateOnNaN(Callback):
        run_before = Recorder

        def after_batch(self):
            if not math.isfinite(self.loss.detach()):
                raise CancelFitException

    return TerminateOnNaN


def q27_between(Callback, First, Last):
    return type("Between", (Callback,), {"run_after": First, "run_before": Last})


def l01_sqrt5_bound(fan_in):
    gain = math.sqrt(2 / (1 + 5))
    return math.sqrt(3) * gain / math.sqrt(fan_in)


def l01_report():
    w = torch.nn.Linear(150 + 5 * my_numbers("l01", 1)[0], 400).weight.detach()
    return {"largest": w.abs().max().item(), "std": w.std().item()}


def l01_why_sqrt5():
    return "c"


def l02_var_product(mean_x, var_x, mean_y, var_y):
    return (var_x + mean_x**2) * (var_y + mean_y**2) - mean_x**2 * mean_y**2


def l03_var_sum(var_x, var_y, cov=0.0):
    return var_x + 2 * cov + var_y


def l03_var_dot(n, var_a, var_x, mean_x=0.0):
    return n * l02_var_product(0.0, var_a, mean_x, var_x)


def l04_var_uniform(low, high):
    return (high - low) ** 2 / 12


def l05_stds(n, depth, scale):
    x, stds = torch.randn(n), []
    while len(stds) < depth:
        x = (torch.randn(n, n) * scale) @ x
        stds.append(float(x.std()))
    return stds


def l05_report():
    n = 40 + my_numbers("l05", 1)[0]
    scale = 1 / math.sqrt(n)
    for seed in count(11):
        torch.manual_seed(seed)
        std = l05_stds(n, 50, scale)[-1]
        if 0.05 < std < 20:
            return {"seed": seed, "scale": scale, "std": std}


def l06_logits():
    return [0.0, 250.0, 3.0]


def l06_why_log_softmax():
    return "d"


def l07_nll_lookup(log_probs, target):
    return log_probs.gather(1, target.unsqueeze(1)).mean().neg()


def l07_why_lookup():
    return "b"


def l08_one_step(p, grads, lr):
    return p - lr * sum(grads)


def l08_why_zero_grad():
    return ["d", "a", "b"]


def l09_twice_the_batch():
    return "a"


def l10_average(means, sizes):
    return sum(m * n for m, n in zip(means, sizes, strict=True)) / sum(sizes)


def l10_own_accuracies():
    *right, k = my_numbers("l10", 4)
    sizes = [100, 200, 100 + k]
    percent = [100 * r / n for r, n in zip(right, sizes, strict=True)]
    return [*percent, sum(percent) / 3, l10_average(percent, sizes)]


def l10_why_wrong():
    return "c"


def l11_eval():
    return "abd"


def l11_why_both():
    return "a"


def l12_call(cbs, event):
    return any(method() for cb in cbs if (method := getattr(cb, event, None)) is not None)


def l12_why_stop():
    return "b"


def l13_hook_or_callback():
    return ["A", "C", "B", "C"]


def l14_seeds():
    return {"a", "c", "d"}


def p1_backward_thrice():
    return "6.0"


def p2_averages():
    return "4.0 8.0\n6.0 8.0\n7.0 8.0"


def p3_batch_means():
    return "0.67 0.8"


def p4_asking():
    return "a\nb\nTrue"


def p5_shortcuts():
    return "8 5"


def p6_first_step():
    return "0.5\n0.5"


def p7_dropout():
    return "[0.0, 2.0]\n[1.0, 1.0, 1.0]"


def f1_recent(p, grad, avg, sqr_avg, i, lr, beta1, beta2, eps):
    """Rectified Adam."""
    t = i + 1
    avg = beta1 * avg + (1 - beta1) * grad
    sqr_avg = beta2 * sqr_avg + (1 - beta2) * grad**2
    rho_inf = 2 / (1 - beta2) - 1
    rho = rho_inf - 2 * t * beta2**t / (1 - beta2**t)
    step = lr * _undo_zero(avg, beta1, t)
    if rho > 5:
        r2 = (rho - 4) * (rho - 2) * rho_inf / ((rho_inf - 4) * (rho_inf - 2) * rho)
        step = math.sqrt(r2) * step / (_undo_zero(sqr_avg, beta2, t) ** 0.5 + eps)
    return p - step, avg, sqr_avg


def f2_unscale(grads, scale):
    true = [g / scale for g in grads]
    return true if all(bool(g.isfinite().all()) for g in true) else None


def f2_order():
    return ["b", "a", "d", "c", "e"]


def f3_lr_find(loss_at, start, end, n):
    rates, losses, lowest = [], [], math.inf
    for i in range(n):
        rates.append(start * (end / start) ** (i / (n - 1)))
        losses.append(loss_at(rates[-1]))
        lowest = min(lowest, losses[-1])
        if not math.isfinite(losses[-1]) or losses[-1] > 4 * lowest:
            break
    return rates, losses


def f3_stops(losses):
    sweep = iter(losses)
    mine = len(f3_lr_find(lambda lr: next(sweep), 1e-5, 1.0, len(losses))[1])
    avg, lowest = 0.0, math.inf
    for n, loss in enumerate(losses, 1):
        avg = 0.98 * avg + 0.02 * loss
        smooth = _undo_zero(avg, 0.98, n)
        if smooth > 4 * lowest:
            return [mine, n]
        if smooth < lowest:
            lowest = smooth
    return [mine, len(losses)]


def f4_shipped_callback():
    return (
        "SaveModelCallback keeps the weights of the epoch with the best metric. I would like to stop a long training "
        "early and lose nothing, so I take its comparison with the best value so far, and the rule that a tie is no "
        "improvement. I would change where it writes: into memory at first, and to disk once at after_fit."
    )
