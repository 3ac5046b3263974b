# Generated from the course: the answer key of unit 11_questionnaire, to be read and printed.
"""Unit 11: the questions of chapter 16 and of lesson 9, each a task that can be checked.

A name says its question: q07 is the chapter's question 7, f1 its further research, l03 one of the lesson's questions,
p2 a prediction. An answer is a function: an equation, a number, a letter, a text. The handout is README.md beside it.

p, grad and averages are float tensors of one shape. An equation may work in place or not, and return tensors, numpy
arrays or numbers. "a) … b) …" are choices: return the letter, or a list of letters where several are asked for (in
any order, unless it says in which).
"""

import hashlib
import math
import unicodedata

import torch

# The name from which your numbers come. When it is graded, it has to be the one that the work was handed in under; at
# home any name will do.
STUDENT_ID = "reference"


def my_numbers(question, n):
    """(given) Your own n whole numbers, 1 to 99, for that question, such as "q01"; n is at most 16.

    They come from the letters and digits in STUDENT_ID. Capitals, spaces, signs and accents (ë, é) change nothing; ø,
    ł, đ and the like are letters of their own.
    """
    letters = "".join(c for c in unicodedata.normalize("NFKD", STUDENT_ID).casefold() if c.isalnum())
    digest = hashlib.sha256(f"{letters}/{question}".encode()).digest()
    return [1 + int.from_bytes(digest[2 * k : 2 * k + 2], "big") % 99 for k in range(n)]


# ---- The optimizer: questions 1 to 7 -------------------------------------------------------------------------------


def q01_sgd_step(p, grad, lr):
    """1. What is the equation for a step of SGD? Return the new p."""
    return p - lr * grad


def q01_own_steps():
    """1. With p, g1, g2, g3 = my_numbers("q01", 4) and lr 0.1: a list of p after a step with g1, with g2, with g3."""
    p, *gradients = my_numbers("q01", 4)
    steps = []
    for g in gradients:
        p = q01_sgd_step(p, g, 0.1)
        steps.append(p)
    return steps


def q02_opt_func(optimizer, cbs, **hypers):
    """2. What do we pass to vision_learner to use a non-default optimizer? Its opt_func: return one.

    optimizer: a class that is called as optimizer(params, cbs, **hypers)

    What you return is called by a learner, maybe more than once, as opt_func(params, lr=0.1), and returns a new
    optimizer of these params with these cbs, these hypers and that lr.
    """
    return lambda params, **more: optimizer(params, cbs, **{**hypers, **more})


def q03_optimizer_callbacks():
    """3. What are optimizer callbacks? A list of the letters of all that is true.

    a) Whenever the optimizer steps, each is called for one parameter at a time.
    b) Each returns the loss of the batch.
    c) A dict that one returns goes into the state of the parameter.
    d) Each is a class with a method for every event of the training loop.
    e) Several of them, one after the other, make up the optimizer's step.
    f) Each is given the hyper-parameters as keywords, those that it has no use for as well.
    """
    return ["a", "c", "e", "f"]


def q04_zero_grad(params):
    """4. What does zero_grad do in an optimizer? Do it: gradients become zero (or None), without history."""
    for p in params:
        p.grad = None


def q05_step(params, cbs, state, **hypers):
    """5. What does step do, and how does the generic optimizer do it? Do it.

    state: a dict that holds for each parameter a dict, which is {} at first; these are brought up to date

    Each callback is called, in order, for each parameter, as cb(p, **{**state of p, **hypers}); what it returns, a dict
    or None, goes into the state of p before the next callback is called. Call them for every parameter: don't look at
    gradients here.
    """
    for p in params:
        for cb in cbs:
            state[p].update(cb(p, **{**state[p], **hypers}) or {})


def q06_sgd_cb(p, lr, **kwargs):
    """6. Rewrite sgd_cb to use the += operator instead of add_: p (its grad is in p.grad) changes in place.

    It is called without autograd. The test also reads your code. Change p (or p.data) by += only, and call no method
    whose name ends in _ (add_, mul_, copy_ and so on).
    """
    p += -lr * p.grad


def q07_momentum(p, grad, avg, lr, beta):
    """7. What is momentum? The equation as the chapter writes it first, with a share of 1 - beta for the gradient. (Its
    code, and unit 08 without dampening, add the whole gradient.)

    avg: the average before this step. Return (the new p, the new avg).
    """
    avg = beta * avg + (1 - beta) * grad
    return p - lr * avg, avg


def q07_own_averages():
    """7. With the gradients my_numbers("q07", 4), beta 0.5 and avg 0 before them: a list of avg after each."""
    avg, averages = 0.0, []
    for g in my_numbers("q07", 4):
        avg = 0.5 * avg + 0.5 * g
        averages.append(avg)
    return averages


# ---- Averages and adaptive rates: questions 8 to 18 ----------------------------------------------------------------


def q08_analogy():
    """8. What's a physical analogy for momentum, and how does it apply to training? Return your text."""
    return (
        "A heavy ball that rolls down a hilly slope keeps much of its speed and direction: a small bump or hole does "
        "not turn or stop it, while a light ball is caught by each of them. In training the place is the weights, the "
        "height is the loss, and what pushes is minus the gradient of a batch. The running average is the speed: the "
        "noise of single batches and the zigzag across a narrow valley cancel in it, and what they have in common, "
        "the way down, adds up. Like the ball it may also roll past a narrow minimum, or needs a while to turn."
    )


def q09_bigger_momentum():
    """9. What does a bigger value for momentum, beta in q07, do to the gradients that we step by?

    a) They follow the newest batch more closely.
    b) They are averaged over more of the past, so that they turn later and wobble less.
    c) Those that are longer than the momentum are cut down to its size.
    d) They are set to zero for parameters that have moved at the step before.
    """
    return "b"


def q09_share(beta, k):
    """9. The share that the gradient of k steps ago (0: the present one) has in avg, under q07's equation."""
    return (1 - beta) * beta**k


def q10_longest_step(lr, mom):
    """10. 1cycle's momentum goes from 0.95 to 0.85, where lr is highest, and back to 0.95. Why not leave it at 0.95?

    With avg = mom · avg + gradient, and a gradient that stays 1, steps grow. Return the length, lr · avg, that they
    come to in the end. (Then compare: lr and 0.85, lr and 0.95, lr / 25 and 0.95.)
    """
    return lr / (1 - mom)


def q11_rmsprop(p, grad, sqr_avg, lr, alpha, eps):
    """11. What is RMSProp? Its equation, with the share of 1 - alpha for the new term, and eps beside the root.

    sqr_avg: the average before this step. Return (the new p, the new sqr_avg).
    """
    sqr_avg = alpha * sqr_avg + (1 - alpha) * grad**2
    return p - lr * grad / (sqr_avg**0.5 + eps), sqr_avg


def q11_own_step():
    """11. With p, g1, g2, g3 = my_numbers("q11", 4), sqr_avg 0 before, lr 0.1, alpha 0.75, eps 1: a list of three
    [p, sqr_avg], one after each step."""
    p, *gradients = my_numbers("q11", 4)
    sqr_avg, steps = 0.0, []
    for g in gradients:
        sqr_avg = 0.75 * sqr_avg + 0.25 * g**2
        p -= 0.1 * g / (math.sqrt(sqr_avg) + 1)
        steps.append([p, sqr_avg])
    return steps


def q12_squared_gradients():
    """12. What do the squared values of the gradients, averaged, indicate?

    a) Which way the parameter has gone on the whole.
    b) How large the parameter itself has become.
    c) How large its gradients have been of late, either way.
    d) How far the parameter still is from its minimum.
    """
    return "c"


def q12_gradients():
    """12. Why square them? List at least four gradients of one parameter, none of them 0. Their mean has to be 0, so
    that it looks as if nothing happened. The mean of their squares has to be at least 1."""
    return [2.0, -2.0, 1.0, -1.0]


def q13_who_does_what():
    """13. How does Adam differ from momentum and RMSProp, by their equations in q07, q11 and q14?

    A list of five capital letters, one for each line. A letter may come again.

    1) keeps an average of the gradients          A) momentum alone
    2) keeps an average of their squares          B) RMSProp alone
    3) divides by the root of an average          C) Adam alone
    4) undoes that averages start at 0            D) momentum and Adam
    5) keeps something for each parameter         E) RMSProp and Adam
                                                  F) all three
    """
    return ["D", "E", "E", "C", "F"]


def q14_adam(p, grad, avg, sqr_avg, i, lr, beta1, beta2, eps):
    """14. Write out the equation for Adam; eps stands beside the root of the debiased average of squares.

    i: number of the step, 0 at the first one. Return (the new p, the new avg, the new sqr_avg), not debiased.
    """
    avg = beta1 * avg + (1 - beta1) * grad
    sqr_avg = beta2 * sqr_avg + (1 - beta2) * grad**2
    unbias_avg = avg / (1 - beta1 ** (i + 1))
    unbias_sqr = sqr_avg / (1 - beta2 ** (i + 1))
    return p - lr * unbias_avg / (unbias_sqr**0.5 + eps), avg, sqr_avg


def q14_race():
    """14. An experiment with your own q01, q07 and q14: how many steps to a minimum?

    Minimise x²/2, whose gradient is x, from x = 1 + my_numbers("q14", 1)[0] / 10, until |x| is below 0.5 after a step;
    lr 0.1, betas 0.9 and 0.99, eps 1e-5, averages 0 before. Return {"sgd": steps, "momentum": steps, "adam": steps}.
    What it shows: SGD's step is lr · x, Adam's about lr, however far there is to go.
    """
    start = 1.0 + my_numbers("q14", 1)[0] / 10
    x, steps = start, {"sgd": 0, "momentum": 0, "adam": 0}
    while abs(x) >= 0.5:
        x = q01_sgd_step(x, x, 0.1)
        steps["sgd"] += 1
    x, avg = start, 0.0
    while abs(x) >= 0.5:
        x, avg = q07_momentum(x, x, avg, 0.1, 0.9)
        steps["momentum"] += 1
    x, avg, sqr_avg = start, 0.0, 0.0
    while abs(x) >= 0.5:
        x, avg, sqr_avg = q14_adam(x, x, avg, sqr_avg, steps["adam"], 0.1, 0.9, 0.99, 1e-5)
        steps["adam"] += 1
    return steps


def q15_unbiased(grads, beta):
    """15. w.avg and unbias_avg for a list of gradients (numbers), avg being 0 before: a list of [avg, unbias_avg]."""
    avg, values = 0.0, []
    for i, g in enumerate(grads):
        avg = beta * avg + (1 - beta) * g
        values.append([avg, avg / (1 - beta ** (i + 1))])
    return values


def q15_own_averages():
    """15. By hand: the four [w.avg, unbias_avg] for the gradients my_numbers("q15", 4) and beta 0.5."""
    return q15_unbiased(my_numbers("q15", 4), 0.5)


def q16_high_eps():
    """16. What's the impact of a high eps, such as 1, in Adam?

    a) The averages forget faster.
    b) The adjusted learning rate can't become large where gradients are tiny.
    c) Every parameter moves by lr at every step.
    d) Directions with small gradients are sped up further.
    """
    return "b"


def q16_largest_rate(lr, eps):
    """16. In Adam's step the debiased average is multiplied by lr / (√… + eps). How large can this factor get?"""
    return lr / eps


def q17_lookahead(p, grads, lr, k, alpha):
    """17. Read fastai's notebook `optimizer`, and execute it. Then write one optimizer of it, Lookahead, around SGD.

    There are slow weights, equal to p at first. After every k steps of SGD the slow weights move by the share alpha of
    their distance to p, and p goes on from where they are then. Return p after a step with each of grads, a list.
    """
    slow = p
    for i, g in enumerate(grads, 1):
        p = p - lr * g
        if i % k == 0:
            slow = p = slow + alpha * (p - slow)
    return p


def q18_when_decay_differs():
    """18. With which does it matter, at the first step or a later one, whether wd · p is added to the gradient, or p
    shrunk by itself? All that apply.

    a) plain SGD
    b) SGD with momentum
    c) RMSProp
    d) Adam
    e) Adam with wd = 0
    """
    return ["b", "c", "d"]


def q18_two_decays(p, grad, lr, wd, eps):
    """18. p after the first step of Adam under each of the two decays.

    Both averages are 0 before the step. After debiasing they are g and g², so that the betas don't matter.
    Return (with wd · p added to the gradient, with p shrunk to (1 - lr · wd) · p by itself before the step).
    """
    g = grad + wd * p
    return p - lr * g / (abs(g) + eps), p * (1 - lr * wd) - lr * grad / (abs(grad) + eps)


# ---- The training loop and its callbacks: questions 19 to 27 -------------------------------------------------------
#
# `Callback` is a base class as in the chapter: attributes that a callback doesn't have itself are read from self.learn.
# Its methods are called by the names of the events. Return a class that is derived from it, without making an object.


def q19_train_batch(model, loss_func, opt, xb, yb):
    """19. What are the four steps of a training loop? Predictions and their loss, gradients, a step, gradients back to
    zero: do them once, for this batch. loss_func takes predictions and targets."""
    loss = loss_func(model(xb), yb)
    loss.backward()
    opt.step()
    opt.zero_grad()


def q20_why_callbacks():
    """20. Why is using callbacks better than a new training loop for each tweak? Return your text."""
    return (
        "A copied loop holds the tweak and everything else in one piece. Two copies, each with a tweak of its own, "
        "can't be put together without reading both, for they name things differently and expect different data; and "
        "with n tweaks there are 2**n loops to keep. A callback holds one idea and nothing else. It is tested once, "
        "goes with others, in an order that is written down once, and is taken out by leaving it off a list, which is "
        "what one wants for an ablation. A repair of the loop itself reaches everybody at once."
    )


def q21_as_flexible():
    """21. What in the design of fastai's callbacks makes them as flexible as copying and pasting? Return your text."""
    return (
        "There is an event after each line of the loop, so that a callback can run nearly wherever one "
        "would have pasted code. At each of them it can read all that the loop knows (batch, predictions, loss, "
        "model, optimizer, counters) and change all of it by writing to the learner, so that the loop goes on with "
        "what it left there. And it can steer: by exceptions it skips the rest of a batch, of a phase, of an epoch "
        "or of the fit. Order can be asked for, too. Read, write, steer: that is nearly all that pasted code could do."
    )


def q22_events(event):
    """22. How can you get the list of events? A list of the names of `event`'s attributes, but for those that begin
    with a _."""
    return [name for name in dir(event) if not name.startswith("_")]


def q22_order():
    """22. The events of one training batch in the order in which they come: a list of six letters.

    a) after_loss
    b) after_step
    c) before_batch
    d) after_pred
    e) after_batch
    f) after_backward
    """
    return ["c", "d", "a", "f", "b", "e"]


def q23_model_resetter(Callback):
    """23. Write the ModelResetter callback (without peeking): a class.

    self.model has a method reset, which makes a recurrent model forget. It has to be called before the training part
    and before the validation part of every epoch, and not between two batches.
    """

    class ModelResetter(Callback):
        def before_train(self):
            self.model.reset()

        def before_validate(self):
            self.model.reset()

    return ModelResetter


def q24_shortcuts():
    """24. When do shortcuts to the loop's attributes work? List the lines that do, in a callback's method.

    Lines b, c, e, f want to change what the loop goes on with. Lines a, d only read an attribute of the loop.

    a) n = len(self.xb[0])
    b) self.loss = 2 * self.loss
    c) self.learn.loss = 2 * self.loss
    d) self.model.reset()
    e) self.pred = self.pred[0]
    f) self.learn.pred = self.pred[0]
    """
    return ["a", "c", "d", "f"]


def q24_scale_loss(Callback, factor):
    """24. A class of callbacks that multiply the loss of every batch by factor, before it is used. Of every batch: of
    validation, too."""

    class ScaleLoss(Callback):
        def after_loss(self):
            self.learn.loss = self.loss * factor

    return ScaleLoss


def q25_control_flow():
    """25. How can a callback influence control flow? Where does the loop go on after each? Five
    capital letters, each once.

    1) CancelBatchException         A) with the validation of this epoch
    2) CancelTrainException         B) nowhere: only the end of the fit is left
    3) CancelValidException         C) with the next batch
    4) CancelEpochException         D) with the next epoch; the rest of this one is skipped
    5) CancelFitException           E) with the end of this epoch, skipping the rest of its validation
    """
    return ["C", "A", "E", "D", "B"]


def q26_terminate_on_nan(Callback, CancelFitException, Recorder):
    """26. Write the TerminateOnNaN callback: a class.

    A loss (self.loss, a 0-d tensor) that is nan or infinite ends the fit by a CancelFitException. Recorder is the class
    of the callback that registers losses after each batch: it must not register that one. (After a
    CancelFitException the rest of that batch's events don't come here.)
    """

    class TerminateOnNaN(Callback):
        run_before = Recorder

        def after_batch(self):
            if not torch.isfinite(self.loss):
                raise CancelFitException

    return TerminateOnNaN


def q27_between(Callback, First, Last):
    """27. How do you make sure that your callback runs after or before another? A class of callbacks that run after
    those of class First and before those of class Last, whatever order they are listed in."""

    class Between(Callback):
        run_after = First
        run_before = Last

    return Between


# ---- Lesson 9 ------------------------------------------------------------------------------------------------------


def l01_sqrt5_bound(fan_in):
    """Why √5? The bound of the uniform distribution that kaiming_uniform_ with a=√5 draws weights from."""
    return 1 / math.sqrt(fan_in)


def l01_report():
    """Why √5? An experiment: make torch.nn.Linear(n, 400) with n = 150 + 5 * my_numbers("l01", 1)[0] and measure.

    Return {"largest": its largest |weight|, "std": the standard deviation of its weights}, as found, not rounded.
    """
    weight = torch.nn.Linear(150 + 5 * my_numbers("l01", 1)[0], 400).weight.detach()
    return {"largest": float(weight.abs().max()), "std": float(weight.std())}


def l01_why_sqrt5():
    """Why √5? Where does it come from?

    a) It is the gain that the Kaiming paper derives for ReLU.
    b) It stands for the slope of the leaky ReLU that usually follows.
    c) With it the new function keeps to the bounds that layers had before there was that function.
    d) It was measured to be best for kernels of five by five.
    """
    return "c"


def l02_var_product(mean_x, var_x, mean_y, var_y):
    """The variance of x · y, for independent x and y of these means and variances."""
    return var_x * var_y + var_x * mean_y**2 + var_y * mean_x**2


def l03_var_sum(var_x, var_y, cov=0.0):
    """The variance of x + y, cov being their covariance."""
    return var_x + var_y + 2 * cov


def l03_var_dot(n, var_a, var_x, mean_x=0.0):
    """The variance of Σ a_k · x_k over n terms, all independent; every a_k has mean 0, every x_k has mean mean_x."""
    return n * var_a * (var_x + mean_x**2)


def l04_var_uniform(low, high):
    """The variance of a uniform distribution on [low, high]."""
    return (high - low) ** 2 / 12


def l05_stds(n, depth, scale):
    """What does init do in a deep network? x = randn(n), then depth times x = (randn(n, n) * scale) @ x, float32, with
    a fresh matrix each time: the list of the stds of x after each layer, as numbers."""
    x, stds = torch.randn(n), []
    for _ in range(depth):
        x = (torch.randn(n, n) * scale) @ x
        stds.append(float(x.std()))
    return stds


def l05_report():
    """An experiment with your own l05_stds: n = 40 + my_numbers("l05", 1)[0] and 50 layers. Find a scale with
    which the std after the last layer is between 0.05 and 20.

    Return {"seed": that you gave to torch.manual_seed right before, "scale": yours, "std": after the last layer}.
    """
    n = 40 + my_numbers("l05", 1)[0]
    torch.manual_seed(1)
    return {"seed": 1, "scale": 1 / math.sqrt(n), "std": l05_stds(n, 50, 1 / math.sqrt(n))[-1]}


def l06_logits():
    """Why log-softmax and not softmax? A list of finite numbers (logits) for which, in float32, the logarithm of
    torch.softmax is infinite somewhere although the log-softmax is finite everywhere."""
    return [0.0, -200.0]


def l06_why_log_softmax():
    """Why log-softmax and not softmax?

    a) Its entries sum to 1, as a loss needs it.
    b) It changes which class is the largest.
    c) It has no gradient where the model is right already.
    d) A softmax can underflow to 0; log-softmax computes the logarithm without taking the logarithm of 0.
    """
    return "d"


def l07_nll_lookup(log_probs, target):
    """Why is nll an array lookup? Write it as one: (N, C) log-probabilities and int64 (N,) → the mean nll, 0-d."""
    return -log_probs[torch.arange(len(target)), target].mean()


def l07_why_lookup():
    """Why is nll an array lookup?

    a) Of all the classes only the likeliest counts.
    b) The target is 1 for one class and 0 for all others, so that of the sum over the classes one term is left.
    c) Indexing has no gradient, so that the targets stay as they are.
    d) The log-probabilities of the other classes sum to 0.
    """
    return "b"


def l08_one_step(p, grads, lr):
    """Why is zero_grad apart from step? p after a single SGD step that follows a backward on each of several batches,
    without zero_grad in between; grads is the list of what each batch by itself gives."""
    return p - lr * sum(grads)


def l08_why_zero_grad():
    """Why does zero_grad exist, and why is it apart from step? Which of these are true?

    a) backward adds to what is in p.grad.
    b) Where a model uses a parameter twice, its gradient is the sum of two, and backward gets it by adding.
    c) Without it p.grad would need more memory with every batch.
    d) Apart from step, one can step once every few batches.
    e) step would otherwise not know which learning rate to use.
    """
    return ["a", "b", "d"]


def l09_twice_the_batch():
    """Why can validation use twice the batch size?

    a) Nothing has to be kept for a backward pass.
    b) The validation set is not shuffled.
    c) The validation set has fewer items.
    d) The accuracy comes out higher.
    """
    return "a"


def l10_average(means, sizes):
    """Is validation right when the batch size varies? The mean over all items, from that of each batch and its size."""
    return sum(m * n for m, n in zip(means, sizes, strict=True)) / sum(sizes)


def l10_own_accuracies():
    """With a, b, c, k = my_numbers("l10", 4): batches of 100, 200 and 100 + k items, of which a, b and c are right.

    Return five numbers, in percent: the accuracy of each of the three batches, their mean, the accuracy over all items.
    """
    a, b, c, k = my_numbers("l10", 4)
    sizes = [100, 200, 100 + k]
    each = [100 * right / size for right, size in zip([a, b, c], sizes, strict=True)]
    return [*each, sum(each) / 3, l10_average(each, sizes)]


def l10_why_wrong():
    """Why is the mean of the batches' accuracies wrong when the last batch is smaller?

    a) The last batch has not been shuffled.
    b) The accuracy of few items is lower than that of many.
    c) An item of the small batch weighs more than one of another batch.
    d) Rounding errors grow with the number of batches.
    """
    return "c"


def l11_eval():
    """What does model.eval() change? All that is true.

    a) Dropout lets everything pass.
    b) BatchNorm goes by its running statistics, if it keeps any.
    c) No gradients are computed any more.
    d) `training` is False in the model and in all its layers.
    e) Parameters can't be changed until train() is called.
    """
    return ["a", "b", "d"]


def l11_why_both():
    """Why does validation need model.eval() and torch.no_grad()?

    a) Layers have to behave as they will in use; and what a backward pass would need is not worth keeping.
    b) model.eval() switches gradients off, and torch.no_grad() makes that faster.
    c) torch.no_grad() keeps Dropout from drawing, and model.eval() keeps weights from changing.
    d) Either would do, but older versions knew only one of them.
    """
    return "a"


def l12_call(cbs, event):
    """The Runner's __call__: ask the callbacks in order for event (a name), and stop asking at the first truthy answer.

    A callback without a method of that name is passed over. Return whether one answered so: True or False.
    """
    return any(getattr(cb, event)() for cb in cbs if hasattr(cb, event))


def l12_why_stop():
    """Why does __call__ stop at the first truthy answer?

    a) True means that all is well, so the others need not be asked.
    b) One callback that asks to cancel is enough. A callback that returns nothing does not ask to cancel.
    c) A callback that answers has failed, and the others would fail, too.
    d) The others have a higher _order and wait for the next event.
    """
    return "b"


def l13_hook_or_callback():
    """Hooks against callbacks: what would you use? Four capital letters, one for each line.

    1) the mean of what the second layer puts out       A) a forward hook of PyTorch
    2) end the training after ten batches               B) a backward hook of PyTorch
    3) the gradient that arrives at a middle layer      C) a callback of the training loop
    4) another learning rate before each batch
    """
    return ["A", "C", "B", "C"]


def l14_seeds():
    """Fixed seeds in a test: what do they do, and what don't they? Which of these statements are true?

    a) A fixed seed can hide a failure that another seed would show.
    b) A fixed seed gives the same numbers on every machine and with every version.
    c) torch, numpy and random each have a generator to be seeded.
    d) Several runs, each with a seed of its own, show how much results vary.
    e) A seed that gives a good accuracy makes a better model.
    """
    return ["a", "c", "d"]


# ---- What does this print? Without running it. One after the other: each is judged when those before are right. ------


def p1_backward_thrice():
    """What does this print? Return it as a text.

    x = torch.tensor(3.0, requires_grad=True)
    for _ in range(3):
        (2 * x).backward()
    print(x.grad.item())
    """
    return "6.0"


def p2_averages():
    """What does this print? Return it as a text.

    avg = 0.0
    for i in range(3):
        avg = 0.5 * avg + 0.5 * 8
        print(avg, avg / (1 - 0.5 ** (i + 1)))
    """
    return "4.0 8.0\n6.0 8.0\n7.0 8.0"


def p3_batch_means():
    """What does this print? Return it as a text.

    right, sizes = [4, 4, 0], [4, 4, 2]
    means = [r / n for r, n in zip(right, sizes)]
    print(round(sum(means) / len(means), 2), sum(right) / sum(sizes))
    """
    return "0.67 0.8"


def p4_asking():
    """What does this print? Return it as a text.

    def a(): print("a")
    def b(): print("b"); return 1
    def c(): print("c"); return True
    print(any(f() for f in [a, b, c]))
    """
    return "a\nb\nTrue"


def p5_shortcuts():
    """What does this print? Return it as a text.

    class Learner: loss = 4
    class Callback:
        def __getattr__(self, name): return getattr(self.learn, name)
    cb = Callback()
    cb.learn = Learner()
    cb.loss = 2 * cb.loss
    cb.learn.loss += 1
    print(cb.loss, cb.learn.loss)
    """
    return "8 5"


def p6_first_step():
    """What does this print? Return it as a text.

    for g in [100.0, 0.01]:
        avg, sqr_avg = 0.1 * g, 0.01 * g**2
        print(round(0.5 * (avg / 0.1) / (sqr_avg / 0.01) ** 0.5, 3))
    """
    return "0.5\n0.5"


def p7_dropout():
    """What does this print? Return it as a text.

    drop = torch.nn.Dropout(0.5)
    print(sorted(set(drop(torch.ones(1000)).tolist())))
    drop.eval()
    print(drop(torch.ones(3)).tolist())
    """
    return "[0.0, 2.0]\n[1.0, 1.0, 1.0]"


# ---- Further research ----------------------------------------------------------------------------------------------


def f1_recent(p, grad, avg, sqr_avg, i, lr, beta1, beta2, eps):
    """(stretch) 1. A recent optimizer of your choice: Rectified Adam, AdaBelief or Lion. See the handout's equations.

    The test finds out which one it is. Arguments and results as in q14_adam; what yours has no use for stays as it is.
    """
    t = i + 1
    avg = beta1 * avg + (1 - beta1) * grad
    sqr_avg = beta2 * sqr_avg + (1 - beta2) * grad**2
    unbias_avg = avg / (1 - beta1**t)
    top = 2 / (1 - beta2) - 1
    rho = top - 2 * t * beta2**t / (1 - beta2**t)
    if rho <= 5:
        return p - lr * unbias_avg, avg, sqr_avg
    r = math.sqrt((rho - 4) * (rho - 2) * top / ((top - 4) * (top - 2) * rho))
    return p - lr * r * unbias_avg / ((sqr_avg / (1 - beta2**t)) ** 0.5 + eps), avg, sqr_avg


def f2_unscale(grads, scale):
    """(stretch) 2. The mixed-precision callback after backward, the loss having been multiplied by scale.

    grads: a list of float32 tensors. Return the list of true gradients, or None where the step has to be skipped:
    where one of grads is infinite or nan. (scale is above 1.)
    """
    if not all(torch.isfinite(g).all() for g in grads):
        return None
    return [g / scale for g in grads]


def f2_order():
    """(stretch) 2. What mixed precision with loss scaling does in a batch, in order: a list of five letters.

    a) the loss is multiplied by the scale
    b) the model runs under autocast
    c) gradients are divided by the scale and looked through for inf and nan
    d) the backward pass
    e) the optimizer's step, or none
    """
    return ["b", "a", "d", "c", "e"]


def f3_lr_find(loss_at, start, end, n):
    """(stretch) 3. Your own learning rate finder.

    loss_at: called with a learning rate, trains a batch with it and returns the loss of that batch, a float above 0, or
             inf or nan

    Tries n rates, 2 or more, from start to end, both included, each larger than the last by the same factor. Ends early
    after a loss that is not finite, or above 4 times the lowest so far. Returns (rates tried, losses), both lists.
    """
    rates, losses = [], []
    for k in range(n):
        rates.append(start * (end / start) ** (k / (n - 1)))
        losses.append(loss_at(rates[-1]))
        if not math.isfinite(losses[-1]) or losses[-1] > 4 * min(losses):
            break
    return rates, losses


def f3_stops(losses):
    """(stretch) 3. Compare yours with fastai's, on the losses that a sweep would give (2 or more; above 0, or nan).

    fastai's ends when smooth_loss (unit 09, with 0.98) is above 4 times its lowest value so far, inf at first. It has
    no check for nan, and a comparison with nan is never true. Return [after how many losses your f3_lr_find ends, after
    how many fastai's does], all of them where it goes to the end. Which of the two would you rather have, on noisy
    losses, and on nan?
    """
    given = iter(losses)
    mine = len(f3_lr_find(lambda lr: next(given), 1e-7, 10.0, len(losses))[1])
    average, lowest = 0.0, math.inf
    for t, loss in enumerate(losses, 1):
        average = 0.98 * average + 0.02 * loss
        smooth = average / (1 - 0.98**t)
        lowest = min(lowest, smooth)
        if smooth > 4 * lowest:
            return [mine, t]
    return [mine, len(losses)]


def f4_shipped_callback():
    """(stretch) 4. Read the callbacks that ship with fastai. Which one is near to something that you would like to do,
    what do you take from it, and what would you change? Return your text."""
    return (
        "I should like to keep the weights of the best epoch. SaveModelCallback is near to it: it derives from "
        "TrackerCallback, which finds the column of a metric in the recorder, knows whether smaller is better by the "
        "comparison it is given, and remembers the best value so far. I take that division: who tracks does not save. "
        "I would keep the weights in memory instead of a file, copied to the CPU at after_epoch, and load them at "
        "after_fit, which also runs when the fit was cancelled, so that early stopping goes with it."
    )
