"""Other mathematics: corrections as differences, shares found by an impulse, variances from moments, own steps in a loop."""

import hashlib
import math
from fractions import Fraction

import torch

STUDENT_ID = "reference"


def my_numbers(question, n):
    """(given) Your own n whole numbers, 1 to 99, for that question, such as "q01"; n is at most 16."""
    digest = hashlib.sha256(f"{STUDENT_ID.strip().casefold()}/{question}".encode()).digest()
    return [1 + int.from_bytes(digest[2 * k : 2 * k + 2], "big") % 99 for k in range(n)]


def towards(old, new, beta):
    """The average moves by a share of its distance to the new value."""
    return old - (1 - beta) * (old - new)


def q01_sgd_step(p, grad, lr):
    return -(lr * grad - p)


def q01_own_steps():
    p, *g = (Fraction(x) for x in my_numbers("q01", 4))
    return [float(p - sum(g[: k + 1]) / 10) for k in range(3)]


class _OptFunc:
    def __init__(self, make, cbs, hypers):
        self.make, self.cbs, self.hypers = make, cbs, hypers

    def __call__(self, params, **changed):
        return self.make(params, self.cbs, **(self.hypers | changed))


def q02_opt_func(optimizer, cbs, **hypers):
    return _OptFunc(optimizer, cbs, hypers)


def q04_zero_grad(params):
    for p in params:
        if p.grad is not None:
            p.grad = p.grad.new_zeros(p.grad.shape)


def q05_step(params, cbs, state, **hypers):
    for p in params:
        for cb in cbs:
            state[p] = state[p] | (cb(p, **state[p], **hypers) or {})


def q06_sgd_cb(p, lr, **kwargs):
    with torch.no_grad():
        p += lr * (-p.grad)


def q07_momentum(p, grad, avg, lr, beta):
    avg = towards(avg, grad, beta)
    return p + avg * -lr, avg


def q07_own_averages():
    g = [Fraction(x) for x in my_numbers("q07", 4)]
    return [float(sum(g[j] / 2 ** (k - j + 1) for j in range(k + 1))) for k in range(4)]


def q08_analogy():
    return (
        "A freight train: its engine (the gradient) can change its speed (the averaged gradient) only bit by bit, so a "
        "single false signal hardly matters, and its place (the weights) changes smoothly. In training a batch is such "
        "a signal: noisy, right on average only. What is common to many batches adds up, the rest cancels. If momentum "
        "is large the train is slow to brake, and it may run past the station."
    )


def q09_share(beta, k):
    """What an impulse k steps ago has left in the average."""
    avg = 0.0
    for g in [1.0] + [0.0] * k:
        avg = towards(avg, g, beta)
    return avg


def q10_longest_step(lr, mom):
    # the geometric series, doubled up
    total, power, n = 1.0, mom, 1
    while power > 1e-18:
        total, power = total * (1 + power), power * power
    return lr * total


def q11_rmsprop(p, grad, sqr_avg, lr, alpha, eps):
    sqr_avg = towards(sqr_avg, grad.square(), alpha)
    rate = lr / (sqr_avg.sqrt() + eps)
    return p - rate * grad, sqr_avg


def q11_own_step():
    p, *gradients = (torch.tensor(float(x)) for x in my_numbers("q11", 4))
    sqr_avg, seen = torch.tensor(0.0), []
    for g in gradients:
        p, sqr_avg = q11_rmsprop(p, g, sqr_avg, 0.1, 0.75, 1)
        seen.append([p.item(), sqr_avg.item()])
    return seen


def q12_gradients():
    return [1.1, 2.2, 3.3, -6.6]


def q14_adam(p, grad, avg, sqr_avg, i, lr, beta1, beta2, eps):
    avg, sqr_avg = towards(avg, grad, beta1), towards(sqr_avg, grad.square(), beta2)
    # 1 - beta^t is (1 - beta) times the sum of the first t powers
    total1 = (1 - beta1) * sum(beta1**k for k in range(i + 1))
    total2 = (1 - beta2) * sum(beta2**k for k in range(i + 1))
    return p - lr * avg / (total1 * ((sqr_avg / total2).sqrt() + eps)), avg, sqr_avg


def q14_race():
    start = torch.tensor([1.0 + my_numbers("q14", 1)[0] / 10])
    nothing = torch.zeros(1)

    def race(step, state):
        x, n = start, 0
        while x.abs().item() >= 0.5:
            x, *state = step(n, x, *state)
            n += 1
        return n

    return {
        "sgd": race(lambda n, x: [q01_sgd_step(x, x, 0.1)], []),
        "momentum": race(lambda n, x, avg: q07_momentum(x, x, avg, 0.1, 0.9), [nothing]),
        "adam": race(lambda n, x, a, s: q14_adam(x, x, a, s, n, 0.1, 0.9, 0.99, 1e-5), [nothing, nothing]),
    }


def q15_unbiased(grads, beta):
    """From the debiased averages to the others: w.avg is unbias_avg times the weight so far."""
    values, unbias_avg, powers = [], 0.0, 0.0
    for i, g in enumerate(grads):
        powers = beta * powers + 1
        unbias_avg += (g - unbias_avg) / powers
        values.append([unbias_avg * (1 - beta ** (i + 1)), unbias_avg])
    return values


def q15_own_averages():
    grads = my_numbers("q15", 4)
    return [row for row in q15_unbiased(grads, 0.5)]


def q16_largest_rate(lr, eps):
    return lr * eps**-1


def q18_two_decays(p, grad, lr, wd, eps):
    l2 = grad + p * wd
    shrunk = p - lr * wd * p
    return p - lr * l2.sign() * l2.abs() / (l2.abs() + eps), shrunk - lr * grad.sign() * (
        1 - eps / (grad.abs() + eps)
    )


def q19_train_batch(model, loss_func, opt, xb, yb):
    opt.zero_grad()
    pred = model(xb)
    loss = loss_func(pred, yb)
    loss.backward()
    opt.step()


def q20_why_callbacks():
    return (
        "With a loop per tweak, the number of loops grows with the combinations of tweaks, and each is a copy that has "
        "to be kept right. With callbacks it grows with the tweaks. Each can be tested without the others, because what "
        "it does and when is in one class. Example: to find out if gradient clipping or the schedule made the "
        "difference, I train four times with four lists, and write no loop."
    )


def q21_as_flexible():
    return (
        "The designers put a call for callbacks between any two operations of the loop, so there is no place that can't "
        "be reached. They gave callbacks the learner itself, thus all variables may be read and replaced, even the "
        "batch or the loss. And they made exceptions part of it, so that a callback can end a batch or the training as "
        "break and continue would. An example is mixup: it replaces self.learn.xb in before_batch."
    )


def q22_events(event):
    return [name for name in reversed(dir(event)) if name.startswith("_") is False]


def q23_model_resetter(Callback):
    class ModelResetter(Callback):
        """An epoch begins with its training part."""

        def before_epoch(self):
            self.model.reset()

        def before_validate(self):
            self.model.reset()

    return ModelResetter


def q24_scale_loss(Callback, factor):
    class ScaleLoss(Callback):
        def after_loss(self):
            self.learn.loss = self.learn.loss.mul(factor)

    return ScaleLoss


def q26_terminate_on_nan(Callback, CancelFitException, Recorder):
    class TerminateOnNaN(Callback):
        run_before = Recorder

        def after_batch(self):
            # inf - inf and nan - nan are nan, which is not equal to 0
            if not (self.loss - self.loss == 0):
                raise CancelFitException

    return TerminateOnNaN


def q27_between(Callback, First, Last):
    class Between(Callback):
        run_before = [Last]
        run_after = First

    return Between


def l01_sqrt5_bound(fan_in):
    variance = 2 / (1 + math.sqrt(5) ** 2) / fan_in
    return math.sqrt(12 * variance) / 2


def l01_report():
    w = torch.nn.Linear(150 + 5 * my_numbers("l01", 1)[0], 400).weight.detach().flatten()
    return {"largest": max(w.max().item(), -w.min().item()), "std": w.var().sqrt().item()}


def l02_var_product(mean_x, var_x, mean_y, var_y):
    product_of_squares = (var_x + mean_x**2) * (var_y + mean_y**2)
    return product_of_squares - mean_x**2 * mean_y**2


def l03_var_sum(var_x, var_y, cov=0.0):
    return var_x + cov + (cov + var_y)


def l03_var_dot(n, var_a, var_x, mean_x=0.0):
    total = 0.0
    for _ in range(n):
        total = l03_var_sum(total, l02_var_product(0.0, var_a, mean_x, var_x))
    return total


def l04_var_uniform(low, high):
    """E[x²] - E[x]², with integrals of x² and x over the interval."""
    width = high - low
    return (high**3 - low**3) / (3 * width) - ((high**2 - low**2) / (2 * width)) ** 2


def l05_stds(n, depth, scale):
    x = torch.randn(n)
    stds = []
    while len(stds) < depth:
        x = torch.randn(n, n).mul(scale).matmul(x)
        stds.append(math.sqrt(x.var().item()))
    return stds


def l05_report():
    n = 40 + my_numbers("l05", 1)[0]
    scale = 0.01
    while True:
        torch.manual_seed(5)
        std = l05_stds(n, 50, scale)[-1]
        if 0.05 < std < 20:
            return {"seed": 5, "scale": scale, "std": std}
        scale *= 1.05


def l06_logits():
    gap = 1.0
    while torch.softmax(torch.tensor([0.0, -gap]), dim=0).log().isfinite().all():
        gap *= 2
    return [0.0, -gap]


def l07_nll_lookup(log_probs, target):
    flat = log_probs.reshape(-1)
    rows = torch.arange(target.numel(), device=target.device) * log_probs.shape[1]
    return flat[rows + target].mul(-1).mean()


def l08_one_step(p, grads, lr):
    for g in grads:
        p = q01_sgd_step(p, g, lr)
    return p


def l10_average(means, sizes):
    average, seen = 0.0, 0
    for mean, size in zip(means, sizes):
        seen += size
        average += (mean - average) * size / seen
    return average


def l10_own_accuracies():
    a, b, c, k = my_numbers("l10", 4)
    each = [Fraction(a), Fraction(b, 2), Fraction(100 * c, 100 + k)]
    return [float(x) for x in (*each, sum(each) / 3, Fraction(100 * (a + b + c), 400 + k))]


def l12_call(cbs, event):
    answered = False
    for cb in cbs:
        answered = answered or bool(getattr(cb, event, bool)())
    return answered


def f1_recent(p, grad, avg, sqr_avg, i, lr, beta1, beta2, eps):
    avg, sqr_avg = towards(avg, grad, beta1), towards(sqr_avg, grad.square(), beta2)
    t = i + 1
    limit = 2 / (1 - beta2) - 1
    length = limit - 2 * t * beta2**t / (1 - beta2**t)
    direction = avg / (1 - beta1**t)
    if length > 5:
        variance = lambda rho: rho / ((rho - 2) * (rho - 4))  # noqa: E731
        direction = direction * math.sqrt(variance(limit) / variance(length))
        direction = direction / ((sqr_avg / (1 - beta2**t)).sqrt() + eps)
    return p - lr * direction, avg, sqr_avg


def f2_unscale(grads, scale):
    # a product with 0 is 0 for finite numbers only
    if any((g * 0 != 0).any() for g in grads):
        return None
    return [g / scale for g in grads]


def f3_lr_find(loss_at, start, end, n):
    rates = [start * (end / start) ** (k / (n - 1)) for k in range(n)]
    losses = []
    for rate in rates:
        losses.append(loss_at(rate))
        if losses[-1] > 4 * min(losses) or not math.isfinite(losses[-1]):
            break
    return rates[: len(losses)], losses


def f4_shipped_callback():
    return (
        "ReduceLROnPlateau derives from TrackerCallback: in after_epoch it lets that one find out whether the metric is "
        "better than before, counts epochs without improvement, and divides the learning rate of all groups by factor "
        "after patience of them. I'd like to increase the batch size instead. So I would keep the counting, and in "
        "after_epoch exchange self.learn.dls by loaders of twice the batch size."
    )


def q09_bigger_momentum():
    return "b"


def q12_squared_gradients():
    return "c"


def q16_high_eps():
    return "b"


def l01_why_sqrt5():
    return "c"


def l06_why_log_softmax():
    return "d"


def l09_twice_the_batch():
    return "a"


def l12_why_stop():
    return "b"


def q03_optimizer_callbacks():
    return list("fcae")


def q18_when_decay_differs():
    return list("cbd")


def q24_shortcuts():
    return list("cfda")


def l08_why_zero_grad():
    return list("dab")


def l11_eval():
    return list("bad")


def l14_seeds():
    return list("cda")


def q22_order():
    return list("cdafbe")


def q13_who_does_what():
    return list("DEECF")


def q17_lookahead(p, grads, lr, k, alpha):
    begin = p
    for i, g in enumerate(grads):
        p = p - lr * g
        if i % k == k - 1:
            begin = p = (1 - alpha) * begin + alpha * p
    return p


def q25_control_flow():
    return list("CAEDB")


def l13_hook_or_callback():
    return list("ACBC")


def f2_order():
    return list("badce")


def p1_backward_thrice():
    return "6"


def p2_averages():
    return "4 8\n6 8\n7 8\n"


def p3_batch_means():
    return " 0.67  0.8 "


def p4_asking():
    return "a\nb\nTrue\n"


def p5_shortcuts():
    return "8 5\n"


def p6_first_step():
    return "0.5\n\n0.5\n"


def p7_dropout():
    return "[0, 2]\n[1, 1, 1]"


def f3_stops(losses):
    feed, smooth, lowest = iter(losses), [], float("inf")
    rates, _ = f3_lr_find(lambda lr: next(feed), 0.001, 1, len(losses))
    for t in range(1, len(losses) + 1):
        shares = [0.02 * 0.98 ** (t - 1 - i) for i in range(t)]
        now = sum(s * x for s, x in zip(shares, losses)) / sum(shares)
        smooth.append(now)
        if now < lowest:
            lowest = now
        if now > 4 * lowest:
            break
    return len(rates), len(smooth)


def l07_why_lookup():
    return "b"


def l10_why_wrong():
    return "c"


def l11_why_both():
    return "a"
