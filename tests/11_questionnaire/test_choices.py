"""Choices, orders and matchings: facts that a program can only compare with a key.

The key is choices.toml beside this file. It explains each wrong option, and so its reader can tell which is right by
what it leaves out; that of the right answer it holds only a digest is against a glance, not against a search: four
letters are tried in no time. What protects the answers is that students don't get the file. Without it these tests
look at the form of an answer and no more. With it, when it counts, they judge.
"""

from grader.suite import points

from .support.choices import key, matched, one, ordered, several


@points(
    1,
    function="q03_optimizer_callbacks",
    hint="Look at sgd_cb, and at who calls it with what.",
    form=not key,
    handout="where several are asked for, a list of letters, in any order",
    stub="3. What are optimizer callbacks? A list of the letters of all that is true.",
)
def test_q03_optimizer_callbacks(student):
    """What optimizer callbacks are"""
    several(student, "q03_optimizer_callbacks", "abcdef")


@points(
    1,
    function="q09_bigger_momentum",
    hint="Compute q09_share for beta 0.5 and 0.95.",
    form=not key,
    handout="Return the letter that stands before the option",
    stub="9. What does a bigger value for momentum, beta in q07, do to the gradients that we step by?",
)
def test_q09_bigger_momentum(student):
    """What a bigger momentum does to the gradients"""
    one(student, "q09_bigger_momentum")


@points(
    1,
    function="q12_squared_gradients",
    hint="What does squaring take away, and what does it leave?",
    form=not key,
    handout="Return the letter that stands before the option",
    stub="12. What do the squared values of the gradients, averaged, indicate?",
)
def test_q12_squared_gradients(student):
    """What squared gradients indicate"""
    one(student, "q12_squared_gradients")


@points(
    2,
    function="q13_who_does_what",
    hint="Put the three equations side by side.",
    form=not key,
    handout="For a matching or an order the list, or text, has to be in order.",
    stub="13. How does Adam differ from momentum and RMSProp, by their equations in q07, q11 and q14?",
)
def test_q13_who_does_what(student):
    """How Adam differs from momentum and RMSProp"""
    matched(student, "q13_who_does_what", 5, "ABCDEF")


@points(
    1,
    function="q16_high_eps",
    hint="Compute q16_largest_rate for eps 1 and for eps 1e-5.",
    form=not key,
    handout="Return the letter that stands before the option",
    stub="16. What's the impact of a high eps, such as 1, in Adam?",
)
def test_q16_high_eps(student):
    """The impact of a high eps in Adam"""
    one(student, "q16_high_eps")


@points(
    1,
    function="q18_when_decay_differs",
    hint="Follow wd · p through each equation: what happens to it on the way?",
    form=not key,
    handout="where several are asked for, a list of letters, in any order",
    stub="18. With which does it matter, at the first step or a later one, whether wd · p is added to the gradient, "
    "or p shrunk by itself? All that apply.",
)
def test_q18_when_decay_differs(student):
    """When it matters where weight decay goes"""
    several(student, "q18_when_decay_differs")


@points(
    1,
    function="q22_order",
    hint="The four steps of the loop, with an event after each.",
    form=not key,
    handout="For a matching or an order the list, or text, has to be in order.",
    stub="22. The events of one training batch in the order in which they come: a list of six letters.",
)
def test_q22_order(student):
    """The events of a training batch, in order"""
    ordered(student, "q22_order", "abcdef")


@points(
    1,
    function="q24_shortcuts",
    hint="__getattr__ is asked when a name is read and not found. And when one is written?",
    form=not key,
    handout="where several are asked for, a list of letters, in any order",
    stub="24. When do shortcuts to the loop's attributes work? List the lines that do, in a "
    "callback's method.",
)
def test_q24_shortcuts(student):
    """When the shortcuts to the learner's attributes work"""
    several(student, "q24_shortcuts", "abcdef")


@points(
    1,
    function="q25_control_flow",
    hint="Each name says what is left out; what comes after that?",
    form=not key,
    handout="For a matching or an order the list, or text, has to be in order.",
    stub="25. How can a callback influence control flow? Where does the loop go on after each? "
    "Five capital letters, each once.",
)
def test_q25_control_flow(student):
    """Where the loop goes on after each exception"""
    matched(student, "q25_control_flow", 5, "ABCDE")


@points(
    1,
    function="l01_why_sqrt5",
    hint="Compute the bound for a=√5: which simple old recipe is it?",
    form=not key,
    handout="Return the letter that stands before the option",
    stub="Why √5? Where does it come from?",
)
def test_l01_why_sqrt5(student):
    """Where √5 comes from"""
    one(student, "l01_why_sqrt5")


@points(
    1,
    function="l06_why_log_softmax",
    hint="What does your example in l06_logits show?",
    form=not key,
    handout="Return the letter that stands before the option",
    stub="Why log-softmax and not softmax?",
)
def test_l06_why_log_softmax(student):
    """Why log-softmax and not softmax"""
    one(student, "l06_why_log_softmax")


@points(
    1,
    function="l07_why_lookup",
    hint="Write the sum of target · log-probability over the classes.",
    form=not key,
    handout="Return the letter that stands before the option",
    stub="Why is nll an array lookup?",
)
def test_l07_why_lookup(student):
    """Why nll is an array lookup"""
    one(student, "l07_why_lookup")


@points(
    1,
    function="l08_why_zero_grad",
    hint="What does a second backward do to p.grad, and when is that what one wants?",
    form=not key,
    handout="where several are asked for, a list of letters, in any order",
    stub="Why does zero_grad exist, and why is it apart from step? Which of these are true?",
)
def test_l08_why_zero_grad(student):
    """Why zero_grad exists, and why apart from step"""
    several(student, "l08_why_zero_grad")


@points(
    1,
    function="l09_twice_the_batch",
    hint="What fills the memory while a model trains?",
    form=not key,
    handout="Return the letter that stands before the option",
    stub="Why can validation use twice the batch size?",
)
def test_l09_twice_the_batch(student):
    """Why validation can use twice the batch size"""
    one(student, "l09_twice_the_batch")


@points(
    1,
    function="l10_why_wrong",
    hint="Which share of the result has one item of each batch?",
    form=not key,
    handout="Return the letter that stands before the option",
    stub="Why is the mean of the batches' accuracies wrong when the last batch is smaller?",
)
def test_l10_why_wrong(student):
    """Why the mean of means is wrong when batches differ in size"""
    one(student, "l10_why_wrong")


@points(
    1,
    function="l11_eval",
    hint="Its documentation says what it sets. Who looks at that?",
    form=not key,
    handout="where several are asked for, a list of letters, in any order",
    stub="What does model.eval() change? All that is true.",
)
def test_l11_eval(student):
    """What model.eval() changes"""
    several(student, "l11_eval")


@points(
    1,
    function="l11_why_both",
    hint="What does each of them switch, and who looks at that?",
    form=not key,
    handout="Return the letter that stands before the option",
    stub="Why does validation need model.eval() and torch.no_grad()?",
)
def test_l11_why_both(student):
    """Why validation needs eval mode and no_grad"""
    one(student, "l11_why_both")


@points(
    1,
    function="l12_why_stop",
    hint="What does a True stand for in the second design, and what a forgotten return?",
    form=not key,
    handout="Return the letter that stands before the option",
    stub="Why does __call__ stop at the first truthy answer?",
)
def test_l12_why_stop(student):
    """Why the asking stops at the first truthy answer"""
    one(student, "l12_why_stop")


@points(
    1,
    function="l13_hook_or_callback",
    hint="Where does each of them sit: inside of the model, or around it?",
    form=not key,
    handout="For a matching or an order the list, or text, has to be in order.",
    stub="Hooks against callbacks: what would you use? Four capital letters, one for each line.",
)
def test_l13_hook_or_callback(student):
    """Hooks against callbacks"""
    matched(student, "l13_hook_or_callback", 4, "ABC")


@points(
    1,
    function="l14_seeds",
    hint="What do you learn from a test that fails once in a hundred runs?",
    form=not key,
    handout="where several are asked for, a list of letters, in any order",
    stub="Fixed seeds in a test: what do they do, and what don't they? Which of these statements are true?",
)
def test_l14_seeds(student):
    """Which seeds to fix in a test, and why not"""
    several(student, "l14_seeds")


@points(
    1,
    function="f2_order",
    band="stretch",
    hint="The loss is scaled so that small gradients survive: how long do they stay so?",
    form=not key,
    handout="For a matching or an order the list, or text, has to be in order.",
    stub="What mixed precision with loss scaling does in a batch, in order: a list of five letters.",
)
def test_f2_order(student):
    """Mixed precision with loss scaling, in order"""
    ordered(student, "f2_order", "abcde")
