"""Plain Python: equations are for single numbers and are mapped over the elements; loops instead of formulas."""

import hashlib
import math
import random

import torch

STUDENT_ID = "reference"


def my_numbers(question, n):
    """(given) Your own n whole numbers, 1 to 99, for that question, such as "q01"; n is at most 16."""
    digest = hashlib.sha256(f"{STUDENT_ID.strip().casefold()}/{question}".encode()).digest()
    return [1 + int.from_bytes(digest[2 * k : 2 * k + 2], "big") % 99 for k in range(n)]


def mapped(f, *tensors):
    """f of numbers, for each element; f returns a tuple, and so does this."""
    shape = tensors[0].shape
    rows = [f(*row) for row in zip(*(t.flatten().tolist() for t in tensors))]
    return tuple(torch.tensor(column, dtype=torch.float64).reshape(shape) for column in zip(*rows))


def each(f, *args):
    """f for numbers, or mapped if these are tensors."""
    return mapped(f, *args) if torch.is_tensor(args[0]) else f(*args)


def q01_sgd_step(p, grad, lr):
    return each(lambda p, g: (p - lr * g,), p, grad)[0]


def q01_own_steps():
    p, *gradients = my_numbers("q01", 4)
    places = []
    for g in gradients:
        p = q01_sgd_step(p, g, 0.1)
        places.append(p)
    return places


def q02_opt_func(optimizer, cbs, **hypers):
    def opt_func(params, **kwargs):
        arguments = dict(hypers)
        arguments.update(kwargs)
        return optimizer(params, cbs, **arguments)

    return opt_func


def q04_zero_grad(params):
    for p in params:
        if p.grad is None:
            continue
        p.grad.detach_()
        p.grad[...] = 0


def q05_step(params, cbs, state, **hypers):
    for p in params:
        for cb in cbs:
            answer = cb(p, **state[p], **hypers)
            if answer is not None:
                for name in answer:
                    state[p][name] = answer[name]


def q06_sgd_cb(p, lr, **kwargs):
    change = -lr * p.grad
    p += change


def q07_momentum(p, grad, avg, lr, beta):
    def step(p, g, a):
        a = a * beta + g * (1 - beta)
        return p - lr * a, a

    return each(step, p, grad, avg)


def q07_own_averages():
    a, b, c, d = my_numbers("q07", 4)
    return [a / 2, a / 4 + b / 2, a / 8 + b / 4 + c / 2, a / 16 + b / 8 + c / 4 + d / 2]


def q08_analogy():
    return (
        "A supertanker. The rudder is turned by the gradient of each batch, but the ship has so much mass that single "
        "turns of the rudder hardly show: it goes where the rudder points on average. The ship's place stands for the "
        "weights and its velocity for the moving average. So a noisy gradient does little harm, and a gradient that "
        "keeps its direction brings it up to speed. But it can't stop at once, so it may pass the harbour."
    )


def q09_share(beta, k):
    avg = 1 - beta
    for _ in range(k):
        avg = beta * avg + (1 - beta) * 0
    return avg


def q10_longest_step(lr, mom):
    avg = 0.0
    for _ in range(5000):
        avg = mom * avg + 1
    return lr * avg


def q11_rmsprop(p, grad, sqr_avg, lr, alpha, eps):
    def step(p, g, s):
        s = alpha * s + (1 - alpha) * g * g
        return p - lr / (math.sqrt(s) + eps) * g, s

    return each(step, p, grad, sqr_avg)


def q11_own_step():
    p, g1, g2, g3 = my_numbers("q11", 4)
    one = q11_rmsprop(p, g1, 0, lr=0.1, alpha=0.75, eps=1)
    two = q11_rmsprop(one[0], g2, one[1], lr=0.1, alpha=0.75, eps=1)
    return [one, two, q11_rmsprop(two[0], g3, two[1], lr=0.1, alpha=0.75, eps=1)]


def q12_gradients():
    return [1, -1] * 10


def q14_adam(p, grad, avg, sqr_avg, i, lr, beta1, beta2, eps):
    def step(p, g, m, v):
        m = m + (1 - beta1) * (g - m)
        v = v + (1 - beta2) * (g * g - v)
        unbiased_m = m / (1 - math.pow(beta1, i + 1))
        unbiased_v = v / (1 - math.pow(beta2, i + 1))
        return p - lr / (eps + math.sqrt(unbiased_v)) * unbiased_m, m, v

    return each(step, p, grad, avg, sqr_avg)


def q14_race():
    begin = 1 + my_numbers("q14", 1)[0] / 10
    steps = {}

    x = begin
    steps["sgd"] = 0
    while abs(x) >= 0.5:
        x = q01_sgd_step(x, x, 0.1)
        steps["sgd"] = steps["sgd"] + 1

    x, avg = begin, 0
    for n in range(1, 10000):
        x, avg = q07_momentum(x, x, avg, 0.1, 0.9)
        if -0.5 < x < 0.5:
            steps["momentum"] = n
            break

    x, avg, sqr_avg = begin, 0, 0
    for n in range(1, 10000):
        x, avg, sqr_avg = q14_adam(x, x, avg, sqr_avg, n - 1, 0.1, 0.9, 0.99, 1e-5)
        if -0.5 < x < 0.5:
            steps["adam"] = n
            break

    return steps


def q15_unbiased(grads, beta):
    rows, avg, left = [], 0, 1
    for g in grads:
        avg = beta * avg + (1 - beta) * g
        left = beta * left
        rows.append([avg, avg / (1 - left)])
    return rows


def q15_own_averages():
    a, b, c, d = my_numbers("q15", 4)
    return [
        [a / 2, a],
        [(a + 2 * b) / 4, (a + 2 * b) / 3],
        [(a + 2 * b + 4 * c) / 8, (a + 2 * b + 4 * c) / 7],
        [(a + 2 * b + 4 * c + 8 * d) / 16, (a + 2 * b + 4 * c + 8 * d) / 15],
    ]


def q16_largest_rate(lr, eps):
    root_of_no_gradient = 0
    return lr / (root_of_no_gradient + eps)


def q18_two_decays(p, grad, lr, wd, eps):
    def step(p, g):
        both = g + wd * p
        return p - lr * both / (abs(both) + eps), (1 - lr * wd) * p - lr * g / (abs(g) + eps)

    return each(step, p, grad)


def q19_train_batch(model, loss_func, opt, xb, yb):
    predictions = model(xb)
    loss = loss_func(predictions, yb)
    loss.backward()
    opt.step()
    opt.zero_grad()
    return loss


def q20_why_callbacks():
    return (
        "Because a tweak is then in one place and the loop is in another. With copies of the loop, everybody has "
        "another one, none of them has all the tweaks, and each has bugs of its own. With callbacks the loop is written "
        "and tested once. I can combine label smoothing from one person with logging from another though they never "
        "met, and for an ablation I just leave one out."
    )


def q21_as_flexible():
    return (
        "Pasted code can run at any line, use any variable and change any variable, and can say continue or break. The "
        "callback system gives the same: events at every point of the loop, all variables as attributes of the learner "
        "that can be read and also written, and exceptions that stand for continue and break at each level. So nothing "
        "that could be pasted is out of reach, for instance accumulating gradients by cancelling the step."
    )


def q22_events(event):
    names = set()
    for cls in (type(event), *getattr(event, "__mro__", type(event).__mro__)):
        if cls is not type:
            names |= set(vars(cls))
    names |= set(vars(event))
    return [name for name in names if not name.startswith("_")]


def q23_model_resetter(Callback):
    class ModelResetter(Callback):
        def before_train(self):
            self.reset()

        def before_validate(self):
            self.reset()

        def reset(self):
            self.model.reset()

    return ModelResetter


def q24_scale_loss(Callback, factor):
    class ScaleLoss(Callback):
        scale = factor

        def after_loss(self):
            setattr(self.learn, "loss", self.loss * self.scale)

    return ScaleLoss


def q26_terminate_on_nan(Callback, CancelFitException, Recorder):
    class TerminateOnNaN(Callback):
        run_before = Recorder

        def after_loss(self):
            loss = float(self.loss)
            if loss != loss or loss in (math.inf, -math.inf):
                raise CancelFitException()

    return TerminateOnNaN


def q27_between(Callback, First, Last):
    class Between(Callback):
        pass

    Between.run_after = First
    Between.run_before = Last
    return Between


def l01_sqrt5_bound(fan_in):
    a = math.sqrt(5)
    gain = math.sqrt(2 / (1 + a * a))
    std = gain / math.sqrt(fan_in)
    return math.sqrt(3) * std


def l01_report():
    rows = torch.nn.Linear(150 + 5 * my_numbers("l01", 1)[0], 400).weight.tolist()
    weights = [w for row in rows for w in row]
    mean = sum(weights) / len(weights)
    std = math.sqrt(sum((w - mean) ** 2 for w in weights) / len(weights))
    return {"largest": max(map(abs, weights)), "std": std}


def l02_var_product(mean_x, var_x, mean_y, var_y):
    """E[x² y²] - E[x y]²"""
    square_x = var_x + mean_x * mean_x
    square_y = var_y + mean_y * mean_y
    return square_x * square_y - (mean_x * mean_y) ** 2


def l03_var_sum(var_x, var_y, cov=0.0):
    return var_x + cov + cov + var_y


def l03_var_dot(n, var_a, var_x, mean_x=0.0):
    total = 0
    for _ in range(n):
        total += l02_var_product(0, var_a, mean_x, var_x)
    return total


def l04_var_uniform(low, high):
    """E[x²] - E[x]²"""
    return (low * low + low * high + high * high) / 3 - ((low + high) / 2) ** 2


def l05_stds(n, depth, scale):
    x = torch.randn(n)
    matrices = torch.randn(depth, n, n) * scale
    stds = []
    for matrix in matrices:
        x = matrix @ x
        stds.append(x.std().item())
    return stds


def l05_report():
    n = 40 + my_numbers("l05", 1)[0]
    scale = 1 / math.sqrt(n)
    while True:
        seed = random.randrange(1000)
        torch.manual_seed(seed)
        std = l05_stds(n, 50, scale)[-1]
        if 0.1 < std < 10:
            return {"seed": seed, "scale": scale, "std": std}


def l06_logits():
    return [0, 1000]


def l07_nll_lookup(log_probs, target):
    picked = [log_probs[row, column] for row, column in enumerate(target.tolist())]
    return -sum(picked) / len(picked)


def l08_one_step(p, grads, lr):
    grad = 0
    for g in grads:
        grad = grad + g
    return p - lr * grad


def l10_average(means, sizes):
    items = []
    for mean, size in zip(means, sizes):
        items += [mean] * int(size)
    return math.fsum(items) / len(items)


def l10_own_accuracies():
    a, b, c, k = my_numbers("l10", 4)
    batches = [
        [True] * right + [False] * (size - right) for right, size in ((a, 100), (b, 200), (c, 100 + k))
    ]
    each = [100 * sum(batch) / len(batch) for batch in batches]
    joined = sum(batches, [])
    return each + [sum(each) / 3, 100 * sum(joined) / len(joined)]


def l12_call(cbs, event):
    for cb in cbs:
        if not hasattr(cb, event):
            continue
        if getattr(cb, event)():
            return True
    return False


def f2_unscale(grads, scale):
    for g in grads:
        for value in g.flatten().tolist():
            if math.isnan(value) or math.isinf(value):
                return None
    return [g * (1 / scale) for g in grads]


def f3_lr_find(loss_at, start, end, n):
    factor = (end / start) ** (1 / (n - 1))
    rates, losses = [], []
    rate = start
    while len(rates) < n:
        loss = loss_at(rate)
        rates.append(rate)
        losses.append(loss)
        if math.isnan(loss) or math.isinf(loss) or loss > 4 * min(losses):
            return rates, losses
        rate *= factor
    return rates, losses


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
    return "f a e c".split()


def q18_when_decay_differs():
    return "b d c".split()


def q24_shortcuts():
    return "c f d a".split()


def l08_why_zero_grad():
    return "a d b".split()


def l11_eval():
    return "b a d".split()


def l14_seeds():
    return "d c a".split()


def q22_order():
    return "c d a f b e".split()


def q13_who_does_what():
    return "D E E C F".split()


def q17_lookahead(p, grads, lr, k, alpha):
    slow, fast, left = p, p, k
    for g in grads:
        fast, left = fast - lr * g, left - 1
        if not left:
            slow, left = slow + alpha * (fast - slow), k
            fast = slow
    return fast


def q25_control_flow():
    return "C A E D B".split()


def l13_hook_or_callback():
    return "A C B C".split()


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
