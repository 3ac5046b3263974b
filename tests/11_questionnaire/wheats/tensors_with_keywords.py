"""For tensors only: lerp, addcdiv, out-of-place methods and keyword arguments; experiments run in float64 tensors."""

import hashlib
import inspect

import torch
from torch import as_tensor, lerp

STUDENT_ID = "reference"


def my_numbers(question, n):
    """(given) Your own n whole numbers, 1 to 99, for that question, such as "q01"; n is at most 16."""
    digest = hashlib.sha256(f"{STUDENT_ID.strip().casefold()}/{question}".encode()).digest()
    return [1 + int.from_bytes(digest[2 * k : 2 * k + 2], "big") % 99 for k in range(n)]


def number(x):
    return torch.tensor(float(x), dtype=torch.float64)


def q01_sgd_step(p, grad, lr):
    return torch.add(input=p, other=grad, alpha=-lr)


def q01_own_steps():
    p, *gradients = map(number, my_numbers(question="q01", n=4))
    places = []
    for grad in gradients:
        p = q01_sgd_step(p=p, grad=grad, lr=0.1)
        places.append(p)
    return torch.stack(places).tolist()


def q02_opt_func(optimizer, cbs, **hypers):
    def opt_func(params, **chosen):
        return optimizer(params, cbs=cbs, **{**hypers, **chosen})

    return opt_func


def q04_zero_grad(params):
    for p in params:
        p.grad = None if p.grad is None else p.grad.detach().clone().fill_(0)


def q05_step(params, cbs, state, **hypers):
    def once(p, cb):
        return dict(cb(p, **state[p], **hypers) or ())

    for p in params:
        for cb in cbs:
            state[p].update(**once(p=p, cb=cb))


def q06_sgd_cb(p, lr, **kwargs):
    p[...] += p.grad.mul(-lr)


def q07_momentum(p, grad, avg, lr, beta):
    avg = lerp(input=grad, end=avg, weight=beta)
    return p.sub(avg, alpha=lr), avg


def q07_own_averages():
    avg, seen = number(0), []
    for g in map(number, my_numbers(question="q07", n=4)):
        _, avg = q07_momentum(p=avg, grad=g, avg=avg, lr=0, beta=0.5)
        seen.append(avg)
    return seen


def q08_analogy():
    return (
        "A skier who goes fast can't follow each small bump; he follows the slope as it is on the average of the last "
        "seconds. The slope under the skis is the gradient of one batch, his velocity is the average of gradients, "
        "where he is are the parameters. That is good, as a batch only shows a part of the data and its gradient is "
        "noisy. In a valley he doesn't zigzag from wall to wall but picks up speed along it, and may go too far."
    )


def q09_share(beta, k):
    return torch.tensor([1 - beta] + [beta] * k, dtype=torch.float64).prod().item()


def q10_longest_step(lr, mom):
    return lr * (1 / (1 - mom))


def q11_rmsprop(p, grad, sqr_avg, lr, alpha, eps):
    sqr_avg = lerp(input=grad.square(), end=sqr_avg, weight=alpha)
    return torch.addcdiv(p, grad, sqr_avg.sqrt() + eps, value=-lr), sqr_avg


def q11_own_step():
    p, *gradients = map(number, my_numbers(question="q11", n=4))
    at, seen = (p, number(0)), []
    for grad in gradients:
        at = q11_rmsprop(p=at[0], grad=grad, sqr_avg=at[1], lr=0.1, alpha=0.75, eps=1)
        seen.append(torch.stack(list(at)))
    return seen


def q12_gradients():
    g = torch.tensor([1.0, 2.0, 3.0, 4.0])
    return torch.cat([g, -g]).tolist()


def q14_adam(p, grad, avg, sqr_avg, i, lr, beta1, beta2, eps):
    avg = lerp(grad, avg, weight=beta1)
    sqr_avg = lerp(grad.pow(2), sqr_avg, weight=beta2)
    correction1, correction2 = (1 - torch.tensor([beta1, beta2], dtype=torch.float64) ** (i + 1)).tolist()
    return torch.addcdiv(p, avg, (sqr_avg / correction2).sqrt() + eps, value=-lr / correction1), avg, sqr_avg


def q14_race():
    steps = dict(sgd=0, momentum=0, adam=0)
    start, zero = number(1 + my_numbers(question="q14", n=1)[0] / 10), number(0)

    x = start
    while torch.abs(x) >= 0.5:
        x = q01_sgd_step(p=x, grad=x, lr=0.1)
        steps["sgd"] += 1

    x, avg = start, zero
    while torch.abs(x) >= 0.5:
        x, avg = q07_momentum(p=x, grad=x, avg=avg, lr=0.1, beta=0.9)
        steps["momentum"] += 1

    x, avg, sqr_avg = start, zero, zero
    while torch.abs(x) >= 0.5:
        x, avg, sqr_avg = q14_adam(
            p=x, grad=x, avg=avg, sqr_avg=sqr_avg, i=steps["adam"], lr=0.1, beta1=0.9, beta2=0.99, eps=1e-5
        )
        steps["adam"] += 1
    return steps


def q15_unbiased(grads, beta):
    avg, rows = number(0), []
    for i, g in enumerate(map(number, grads)):
        avg = lerp(g, avg, weight=beta)
        rows.append([avg.item(), (avg / (1 - beta ** (i + 1))).item()])
    return rows


def q15_own_averages():
    return q15_unbiased(grads=my_numbers(question="q15", n=4), beta=0.5)


def q16_largest_rate(lr, eps):
    return as_tensor(lr, dtype=torch.float64).div(eps).item()


def q18_two_decays(p, grad, lr, wd, eps):
    def first_step(p, grad):
        zeros = torch.zeros_like(p)
        return q14_adam(p, grad, avg=zeros, sqr_avg=zeros, i=0, lr=lr, beta1=0.9, beta2=0.99, eps=eps)[0]

    return first_step(p, grad.add(p, alpha=wd)), first_step(p.mul(1 - lr * wd), grad)


def q19_train_batch(model, loss_func, opt, xb, yb):
    loss = loss_func(model(xb), yb)
    opt.zero_grad()
    loss.backward()
    opt.step()


def q20_why_callbacks():
    return (
        "Every new loop repeats what is the same in all of them, and repeats it with small mistakes. If two tweaks are "
        "in two loops, there is no way to use both but to write a third one. Callbacks keep each tweak apart: you can "
        "understand it by itself, share it, and put any selection of them in the list. For instance I add a profiler "
        "for one run and remove it again, and the loop has not been touched."
    )


def q21_as_flexible():
    return (
        "You can insert code at every point of the loop, because there is an event at each. That code can see every "
        "variable of the loop and can also change it, e.g. multiply self.learn.loss before backward runs. And it can "
        "control the flow, with exceptions to leave a batch, an epoch or the fit. These three together are all that "
        "pasting code into the loop could give."
    )


def q22_events(event):
    return [name for name, _ in inspect.getmembers(event) if not name.startswith("_")]


def q23_model_resetter(Callback):
    class ModelResetter(Callback):
        def _forget(self):
            getattr(self.learn, "model").reset()

        before_train = _forget
        before_validate = _forget

    return ModelResetter


def q24_scale_loss(Callback, factor):
    class ScaleLoss(Callback):
        def after_loss(self):
            self.learn.loss = sum([self.loss]) * factor

    return ScaleLoss


def q26_terminate_on_nan(Callback, CancelFitException, Recorder):
    class TerminateOnNaN(Callback):
        run_before = Recorder

        def after_loss(self):
            self.stop_if_bad()

        def after_batch(self):
            self.stop_if_bad()

        def stop_if_bad(self):
            if not self.loss.isfinite().all().item():
                raise CancelFitException

    return TerminateOnNaN


def q27_between(Callback, First, Last):
    class Before(Callback):
        run_before = Last

    class Between(Before):
        run_after = First

    return Between


def l01_sqrt5_bound(fan_in):
    return as_tensor(fan_in, dtype=torch.float64).rsqrt().item()


def l01_report():
    layer = torch.nn.Linear(in_features=150 + 5 * my_numbers(question="l01", n=1)[0], out_features=400)
    weight = layer.weight.detach().double()
    return {"std": weight.std(correction=0), "largest": weight.abs().max()}


def l02_var_product(mean_x, var_x, mean_y, var_y):
    return (var_x + mean_x**2) * var_y + var_x * mean_y**2


def l03_var_sum(var_x, var_y, cov=0.0):
    covariance = torch.tensor([[var_x, cov], [cov, var_y]], dtype=torch.float64)
    return covariance.sum().item()


def l03_var_dot(n, var_a, var_x, mean_x=0.0):
    return n * l02_var_product(mean_x=0, var_x=var_a, mean_y=mean_x, var_y=var_x)


def l04_var_uniform(low, high):
    half = (high - low) / 2
    return half**2 / 3


def l05_stds(n, depth, scale):
    x, stds = torch.randn(n, dtype=torch.float32), torch.empty(depth)
    for k in range(depth):
        x = torch.matmul(torch.randn(n, n) * scale, x)
        stds[k] = torch.std(x)
    return stds.tolist()


def l05_report():
    n = 40 + my_numbers(question="l05", n=1)[0]
    report = {"seed": 2024, "scale": 1 / n**0.5}
    torch.manual_seed(report["seed"])
    report["std"] = l05_stds(n=n, depth=50, scale=report["scale"])[-1]
    return report


def l06_logits():
    return torch.linspace(start=0, end=300, steps=4).tolist()


def l07_nll_lookup(log_probs, target):
    return -log_probs.gather(dim=-1, index=target.view(-1, 1)).view(-1).mean()


def l08_one_step(p, grads, lr):
    return p.sub(torch.stack(list(grads)).sum(dim=0), alpha=lr)


def l10_average(means, sizes):
    means, sizes = (as_tensor(x, dtype=torch.float64) for x in (means, sizes))
    return (torch.dot(means, sizes) / sizes.sum()).item()


def l10_own_accuracies():
    a, b, c, k = my_numbers(question="l10", n=4)
    right, sizes = torch.tensor([a, b, c]).double(), torch.tensor([100, 200, 100 + k]).double()
    each = 100 * right / sizes
    return [*each.tolist(), each.mean().item(), (100 * right.sum() / sizes.sum()).item()]


def l12_call(cbs, event):
    for cb in cbs:
        try:
            method = getattr(cb, event)
        except AttributeError:
            continue
        if method():
            return True
    return False


def f1_recent(p, grad, avg, sqr_avg, i, lr, beta1, beta2, eps):
    avg = lerp(grad, avg, weight=beta1)
    sqr_avg = lerp(grad.pow(2), sqr_avg, weight=beta2)
    step = i + 1
    top = 2 / (1 - beta2) - 1
    rho = top - 2 * step * beta2**step / (1 - beta2**step)
    if rho > 5:
        r = ((rho - 4) * (rho - 2) * top / ((top - 4) * (top - 2) * rho)) ** 0.5
        denominator = (sqr_avg / (1 - beta2**step)).sqrt() + eps
        return torch.addcdiv(p, avg / (1 - beta1**step), denominator, value=-lr * r), avg, sqr_avg
    return p.sub(avg, alpha=lr / (1 - beta1**step)), avg, sqr_avg


def f2_unscale(grads, scale):
    true = [torch.div(g, scale) for g in grads]
    bad = torch.stack([g.isnan().any() | g.isinf().any() for g in grads]).any()
    return None if bad else true


def f3_lr_find(loss_at, start, end, n):
    rates, losses = [], []
    for k in range(n):
        rate = start ** (1 - k / (n - 1)) * end ** (k / (n - 1))
        rates.append(rate)
        losses.append(loss_at(rate))
        last = torch.tensor(losses[-1], dtype=torch.float64)
        if not last.isfinite() or last > 4 * min(losses):
            break
    return rates, losses


def f4_shipped_callback():
    return (
        "GradientAccumulation in fastai.callback.training: in after_loss it divides the loss, in before_step it raises "
        "CancelStepException until n_acc items were counted. I would like to do the same but depending on the norm of "
        "the gradients, so I take the counting and the exception from it, and I'd compare the gradients of two halves "
        "in after_backward to decide whether to step."
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
    return [letter for letter in "feca"]


def q18_when_decay_differs():
    return [letter for letter in "cdb"]


def q24_shortcuts():
    return [letter for letter in "afdc"]


def l08_why_zero_grad():
    return [letter for letter in "abd"]


def l11_eval():
    return [letter for letter in "dab"]


def l14_seeds():
    return [letter for letter in "adc"]


def q22_order():
    return [letter for letter in "cdafbe"]


def q13_who_does_what():
    return [letter for letter in "DEECF"]


def q17_lookahead(p, grads, lr, k, alpha):
    slow = fast = p
    for number, grad in enumerate(grads, start=1):
        fast = torch.sub(fast, grad, alpha=lr)
        if number % k == 0:
            slow = fast = torch.lerp(input=slow, end=fast, weight=alpha)
    return fast


def q25_control_flow():
    return [letter for letter in "CAEDB"]


def l13_hook_or_callback():
    return [letter for letter in "ACBC"]


def f2_order():
    return [letter for letter in "badce"]


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
