"""The ways in which a name of a submission can come to be the library's work: one form each, for any function."""

from __future__ import annotations

from dataclasses import dataclass

HEAD = "\nimport concurrent.futures, functools, importlib, operator, types\nimport torch\n"
HELPER = "borrowed.py"


@dataclass(frozen=True)
class Loan:
    """A function or class of the library that does a unit's work.

    name:  the unit's function
    owner: the library's module, or class
    attr:  the name there
    below: an operator that does the same, if there is one
    """

    name: str
    owner: str
    attr: str
    below: str = ""
    is_class: bool = False

    def in_form(self, form: str) -> str:
        """Return the source, "" where the form is for others."""
        if not (self.is_class if form in CLASSES else form not in BELOW or self.below):
            return ""
        turned = self.attr[::-1]
        return (
            (FORMS | CLASSES | BELOW)[form]
            .replace("NAME", self.name)
            .replace("OWNER", self.owner)
            .replace("ATTR", self.attr)
            .replace("TURNED", turned)
            .replace("BELOW", self.below)
        )


CALL = "OWNER.ATTR(*a, **k)"
FORMS = {
    "alias": "NAME = OWNER.ATTR",
    "imported": "from OWNER import ATTR as NAME",
    "partial": "NAME = functools.partial(OWNER.ATTR)",
    "partial_of_a_partial": "NAME = functools.partial(functools.partial(OWNER.ATTR))",
    "lambda": f"NAME = lambda *a, **k: {CALL}",
    "forwarding": f"def NAME(*a, **k):\n    return {CALL}",
    "default_argument": "def NAME(*a, lent=OWNER.ATTR, **k):\n    return lent(*a, **k)",
    "closure": "def lending(lent):\n    return lambda *a, **k: lent(*a, **k)\nNAME = lending(OWNER.ATTR)",
    "static_method": "class Of_NAME:\n    go = staticmethod(OWNER.ATTR)\nNAME = Of_NAME.go",
    "bound_method": f"class Of_NAME:\n    def go(self, *a, **k):\n        return {CALL}\nNAME = Of_NAME().go",
    "method_type": (
        "def of_NAME(self, *a, **k):\n    return self.ATTR(*a, **k)\nNAME = types.MethodType(of_NAME, OWNER)"
    ),
    "in_a_dict": "of_NAME = {'it': OWNER.ATTR}\ndef NAME(*a, **k):\n    return of_NAME['it'](*a, **k)",
    "out_of_a_list": "NAME = [OWNER.ATTR][0]",
    "built_name": "NAME = getattr(importlib.import_module('OWNER'), 'TURNED'[::-1])",
    "wraps": f"@functools.wraps(OWNER.ATTR)\ndef NAME(*a, **k):\n    return {CALL}",
    "decorator": (
        "def instead(lent):\n    return lambda own: lent\n"
        "@instead(OWNER.ATTR)\ndef NAME(*a, **k):\n    raise NotImplementedError"
    ),
    "callable_object": f"class Of_NAME:\n    def __call__(self, *a, **k):\n        return {CALL}\nNAME = Of_NAME()",
    "call_is_its": "class Of_NAME:\n    __call__ = staticmethod(OWNER.ATTR)\nNAME = Of_NAME()",
    "metaclass": (
        f"class Meta(type):\n    def __call__(cls, *a, **k):\n        return {CALL}\n"
        "class NAME(metaclass=Meta):\n    pass"
    ),
    "new": f"class NAME:\n    def __new__(cls, *a, **k):\n        return {CALL}",
    "module_getattr": "del NAME\nlent_NAME = OWNER.ATTR",  # in_text adds the function
    "globals": "globals()['NAME'] = OWNER.ATTR",
    "helper_module": "from borrowed import NAME",  # in_text writes the helper
    "attrgetter": "NAME = operator.attrgetter('OWNER.ATTR'[6:])(torch)",
    "methodcaller": "def NAME(*a, **k):\n    return operator.methodcaller('ATTR', *a, **k)(OWNER)",
    "reduced": "NAME = functools.reduce(getattr, 'OWNER.ATTR'.split('.')[1:], torch)",
    "composed": (
        "def NAME(*a, **k):\n"
        "    return functools.reduce(lambda x, f: f(x), [lambda p: OWNER.ATTR(*p, **k), lambda x: x], a)"
    ),
    "single_dispatch": "NAME = functools.singledispatch(OWNER.ATTR)",
    "cached": "NAME = functools.cache(OWNER.ATTR)",
    "exec": f"exec('def NAME(*a, **k):\\n    return {CALL}')",
    "eval": "NAME = eval('OWNER.ATTR')",
    "eval_inside": "def NAME(*a, **k):\n    return eval('OWNER.ATTR')(*a, **k)",
    "mapped": "def NAME(*a, **k):\n    return next(map(lambda p: OWNER.ATTR(*p, **k), [a]))",
    "generator": f"def NAME(*a, **k):\n    def lend():\n        yield {CALL}\n    return next(lend())",
    "thread": (
        "def NAME(*a, **k):\n    with concurrent.futures.ThreadPoolExecutor(1) as pool:\n"
        "        return pool.submit(OWNER.ATTR, *a, **k).result()"
    ),
    "no_grad": "NAME = torch.enable_grad()(OWNER.ATTR)",
}
CLASSES = {
    "derived": "class NAME(OWNER.ATTR):\n    pass",
    "derived_with_init": "class NAME(OWNER.ATTR):\n    def __init__(self, *a, **k):\n        super().__init__(*a, **k)",
    "derived_twice": "class Of_NAME(OWNER.ATTR):\n    pass\nclass NAME(Of_NAME):\n    pass",
    "made_by_type": "NAME = type('NAME', (OWNER.ATTR,), {})",
    "behind_getattr": (
        "class NAME:\n    def __init__(self, *a, **k):\n        self.lent = OWNER.ATTR(*a, **k)\n"
        "    def __getattr__(self, name):\n        return getattr(self.__dict__['lent'], name)\n"
        "    def __len__(self):\n        return len(self.lent)\n"
        "    def __getitem__(self, i):\n        return self.lent[i]"
    ),
}
BELOW = {
    "operator": "NAME = BELOW",
    "operator_forwarding": "def NAME(*a, **k):\n    return BELOW(*a, **k)",
}
ALL_FORMS = (*FORMS, *CLASSES, *BELOW)


def in_text(loans: tuple[Loan, ...], form: str) -> tuple[str, str]:
    """Return what is to follow a stub, so that each of these names is the library's work, and the helper module."""
    parts, helper = [HEAD], ["import torch"]
    for loan in loans:
        parts.append(loan.in_form(form))
        if form == "helper_module":
            helper.append(f"from {loan.owner} import {loan.attr} as {loan.name}")
    if form == "module_getattr":
        parts.append("def __getattr__(name):\n    return globals()['lent_' + name]")
    return "\n".join(parts) + "\n", "\n".join(helper) + "\n"
