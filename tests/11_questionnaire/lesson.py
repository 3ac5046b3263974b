"""The unit as the chapter and the lesson answer it: their equations, their callbacks, and what follows from them."""

import hashlib
import math
from functools import partial

import torch
from torch import nn, tensor

STUDENT_ID = "reference"


def my_numbers(question, n):
    """(given) Your own n whole numbers, 1 to 99, for that question, such as "q01"; n is at most 16."""
    digest = hashlib.sha256(f"{STUDENT_ID.strip().casefold()}/{question}".encode()).digest()
    return [1 + int.from_bytes(digest[2 * k : 2 * k + 2], "big") % 99 for k in range(n)]


def q01_sgd_step(p, grad, lr):
    new_p = p - lr * grad
    return new_p


def q01_own_steps():
    p, g1, g2, g3 = my_numbers("q01", 4)
    lr = 0.1
    p1 = p - lr * g1
    p2 = p1 - lr * g2
    p3 = p2 - lr * g3
    return [p1, p2, p3]


def q02_opt_func(optimizer, cbs, **hypers):
    return partial(optimizer, cbs=cbs, **hypers)


def q04_zero_grad(params):
    for p in params:
        if p.grad is not None:
            p.grad.detach_()
            p.grad.zero_()


def q05_step(params, cbs, state, **hypers):
    for p in params:
        for cb in cbs:
            new = cb(p, **{**state[p], **hypers})
            if new is not None:
                state[p].update(new)


def q06_sgd_cb(p, lr, **kwargs):
    p.data += -lr * p.grad.data


def q07_momentum(p, grad, avg, lr, beta):
    avg = beta * avg + (1 - beta) * grad
    new_p = p - lr * avg
    return new_p, avg


def q07_own_averages():
    res, avg, beta = [], 0, 0.5
    for grad in my_numbers("q07", 4):
        avg = beta * avg + (1 - beta) * grad
        res.append(avg)
    return res


def q08_analogy():
    return (
        "Momentum is like a ball that rolls down a mountain: it has been going in some direction, so it does not "
        "follow each little bump but goes on, only bent a bit by the slope under it. The slope is the gradient of "
        "the batch and the moving average is the velocity. This is why training with it gets through narrow "
        "valleys: what points to alternating sides cancels out, and what points downhill accumulates."
    )


def q09_share(beta, k):
    return (1 - beta) * beta**k


def q10_longest_step(lr, mom):
    return lr * (1 / (1 - mom))


def q11_rmsprop(p, grad, sqr_avg, lr, alpha, eps):
    sqr_avg = alpha * sqr_avg + (1 - alpha) * (grad**2)
    new_p = p - lr * grad / (sqr_avg.sqrt() + eps)
    return new_p, sqr_avg


def q11_own_step():
    p, *grads = my_numbers("q11", 4)
    p, sqr_avg, res = tensor(float(p)), tensor(0.0), []
    for g in grads:
        p, sqr_avg = q11_rmsprop(p, tensor(float(g)), sqr_avg, lr=0.1, alpha=0.75, eps=1)
        res.append([p.item(), sqr_avg.item()])
    return res


def q12_gradients():
    return [1.0, -1.0, 1.0, -1.0]


def q14_adam(p, grad, avg, sqr_avg, i, lr, beta1, beta2, eps):
    avg = beta1 * avg + (1 - beta1) * grad
    unbias_avg = avg / (1 - (beta1 ** (i + 1)))
    sqr_avg = beta2 * sqr_avg + (1 - beta2) * (grad**2)
    unbias_sqr_avg = sqr_avg / (1 - (beta2 ** (i + 1)))
    new_p = p - lr * unbias_avg / (unbias_sqr_avg.sqrt() + eps)
    return new_p, avg, sqr_avg


def q14_race():
    res, start = {}, tensor(1.0 + my_numbers("q14", 1)[0] / 10)

    x, n = start, 0
    while x.abs() >= 0.5:
        x = q01_sgd_step(x, x, 0.1)
        n += 1
    res["sgd"] = n

    x, avg, n = start, tensor(0.0), 0
    while x.abs() >= 0.5:
        x, avg = q07_momentum(x, x, avg, 0.1, 0.9)
        n += 1
    res["momentum"] = n

    x, avg, sqr_avg, n = start, tensor(0.0), tensor(0.0), 0
    while x.abs() >= 0.5:
        x, avg, sqr_avg = q14_adam(x, x, avg, sqr_avg, n, 0.1, 0.9, 0.99, 1e-5)
        n += 1
    res["adam"] = n
    return res


def q15_unbiased(grads, beta):
    avg, res = 0, []
    for i, grad in enumerate(grads):
        avg = beta * avg + (1 - beta) * grad
        unbias_avg = avg / (1 - (beta ** (i + 1)))
        res.append([avg, unbias_avg])
    return res


def q15_own_averages():
    return q15_unbiased(my_numbers("q15", 4), 0.5)


def q16_largest_rate(lr, eps):
    return lr / eps


def q18_two_decays(p, grad, lr, wd, eps):
    grad_wd = grad + wd * p
    l2 = p - lr * grad_wd / ((grad_wd**2).sqrt() + eps)
    decayed = p * (1 - lr * wd)
    return l2, decayed - lr * grad / ((grad**2).sqrt() + eps)


def q19_train_batch(model, loss_func, opt, xb, yb):
    loss = loss_func(model(xb), yb)
    loss.backward()
    opt.step()
    opt.zero_grad()


def q20_why_callbacks():
    return (
        "If everybody writes a loop of their own for each tweak, there are many loops that all differ in details, "
        "and the tweaks can't be combined. With callbacks there is one loop that everybody shares, and each tweak "
        "is an independent piece that is developed, tested and used by itself, or together with others. For "
        "example mixup, mixed precision and a schedule are combined by passing three callbacks."
    )


def q21_as_flexible():
    return (
        "Every single point of the loop can be customised, as there are events before and after each step. Every "
        "piece of information of the loop is available there, and can be modified: the batch, the predictions, "
        "the loss, the gradients, the model. And the control flow can be changed with the Cancel exceptions, "
        "which skip the rest of a batch, of an epoch or of the training."
    )


def q22_events(event):
    return [o for o in dir(event) if not o.startswith("_")]


def q23_model_resetter(Callback):
    class ModelResetter(Callback):
        def before_train(self):
            self.model.reset()

        def before_validate(self):
            self.model.reset()

    return ModelResetter


def q24_scale_loss(Callback, factor):
    class ScaleLoss(Callback):
        def after_loss(self):
            self.learn.loss = self.loss * factor

    return ScaleLoss


def q26_terminate_on_nan(Callback, CancelFitException, Recorder):
    class TerminateOnNaN(Callback):
        run_before = Recorder

        def after_batch(self):
            if torch.isinf(self.loss) or torch.isnan(self.loss):
                raise CancelFitException

    return TerminateOnNaN


def q27_between(Callback, First, Last):
    class Between(Callback):
        run_after, run_before = First, Last

    return Between


def l01_sqrt5_bound(fan_in):
    gain = math.sqrt(2 / (1 + math.sqrt(5) ** 2))
    return math.sqrt(3) * gain / math.sqrt(fan_in)


def l01_report():
    lin = nn.Linear(150 + 5 * my_numbers("l01", 1)[0], 400)
    return {"largest": lin.weight.abs().max().item(), "std": lin.weight.std().item()}


def l02_var_product(mean_x, var_x, mean_y, var_y):
    return var_x * var_y + var_x * mean_y**2 + var_y * mean_x**2


def l03_var_sum(var_x, var_y, cov=0.0):
    return var_x + var_y + 2 * cov


def l03_var_dot(n, var_a, var_x, mean_x=0.0):
    return n * var_a * (var_x + mean_x**2)


def l04_var_uniform(low, high):
    return (high - low) ** 2 / 12


def l05_stds(n, depth, scale):
    x = torch.randn(n)
    res = []
    for _ in range(depth):
        a = torch.randn(n, n) * scale
        x = a @ x
        res.append(x.std().item())
    return res


def l05_report():
    n = 40 + my_numbers("l05", 1)[0]
    scale = math.sqrt(1 / n)
    torch.manual_seed(42)
    return {"seed": 42, "scale": scale, "std": l05_stds(n, 50, scale)[-1]}


def l06_logits():
    return [0.0, 1000.0]


def l07_nll_lookup(log_probs, target):
    return -log_probs[range(target.shape[0]), target].mean()


def l08_one_step(p, grads, lr):
    return p - lr * torch.stack(list(grads)).sum(0)


def l10_average(means, sizes):
    tot, count = 0.0, 0
    for mean, n in zip(means, sizes, strict=True):
        tot += mean * n
        count += n
    return tot / count


def l10_own_accuracies():
    a, b, c, k = my_numbers("l10", 4)
    accs, sizes = [a, b / 2, 100 * c / (100 + k)], [100, 200, 100 + k]
    return [*accs, sum(accs) / 3, l10_average(accs, sizes)]


def l12_call(cbs, event):
    for cb in cbs:
        f = getattr(cb, event, None)
        if f and f():
            return True
    return False


def f1_recent(p, grad, avg, sqr_avg, i, lr, beta1, beta2, eps):
    step = i + 1
    avg = beta1 * avg + (1 - beta1) * grad
    sqr_avg = beta2 * sqr_avg + (1 - beta2) * (grad**2)
    debias1, debias2 = 1 - beta1**step, 1 - beta2**step
    r_inf = 2 / (1 - beta2) - 1
    r = r_inf - 2 * step * beta2**step / debias2
    if r > 5:
        v = math.sqrt(((r - 4) * (r - 2) * r_inf) / ((r_inf - 4) * (r_inf - 2) * r))
        return p - lr * v * (avg / debias1) / ((sqr_avg / debias2).sqrt() + eps), avg, sqr_avg
    return p - lr * avg / debias1, avg, sqr_avg


def f2_unscale(grads, scale):
    for g in grads:
        if not torch.isfinite(g).all():
            return None
    return [g / scale for g in grads]


def f3_lr_find(loss_at, start, end, n):
    lrs, losses, best = [], [], float("inf")
    for i in range(n):
        lr = start * (end / start) ** (i / (n - 1))
        loss = loss_at(lr)
        lrs.append(lr)
        losses.append(loss)
        best = min(best, loss)
        if loss > 4 * best or not math.isfinite(loss):
            break
    return lrs, losses


def f4_shipped_callback():
    return (
        "SaveModelCallback is the one I need most. It is a TrackerCallback that saves in after_epoch if the "
        "tracked metric has improved, and loads the best model in after_fit. I take over the tracking, and change "
        "what is saved: the optimizer's state and the callbacks' own states as well, so that a training that was "
        "broken off can be resumed where it was best."
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
    return ["a", "c", "e", "f"]


def q18_when_decay_differs():
    return ["d", "b", "c"]


def q24_shortcuts():
    return ["a", "f", "d", "c"]


def l08_why_zero_grad():
    return ["b", "a", "d"]


def l11_eval():
    return ["d", "b", "a"]


def l14_seeds():
    return ["d", "a", "c"]


def q22_order():
    return ["c", "d", "a", "f", "b", "e"]


def q13_who_does_what():
    return ["D", "E", "E", "C", "F"]


def q17_lookahead(p, grads, lr, k, alpha):
    slow, fast = p, p
    for step, grad in enumerate(grads, start=1):
        fast = fast - lr * grad
        if step % k == 0:
            slow = slow + alpha * (fast - slow)
            fast = slow
    return fast


def q25_control_flow():
    return ["C", "A", "E", "D", "B"]


def l13_hook_or_callback():
    return ["A", "C", "B", "C"]


def f2_order():
    return ["b", "a", "d", "c", "e"]


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


def f3_stops(losses):
    feed = iter(losses)
    mine = len(f3_lr_find(lambda lr: next(feed), 1e-5, 1.0, len(losses))[1])
    avg, best = 0.0, math.inf
    for t, loss in enumerate(losses, 1):
        avg = 0.98 * avg + 0.02 * loss
        smooth = avg / (1 - 0.98**t)
        best = smooth if smooth < best else best
        if smooth > 4 * best:
            return [mine, t]
    return [mine, len(losses)]


def l07_why_lookup():
    return "b"


def l10_why_wrong():
    return "c"


def l11_why_both():
    return "a"
