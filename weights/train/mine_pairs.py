"""Makes sentence pairs from plain text, to teach what the labelled sets are too small for.

Writes `task <TAB> label <TAB> first <TAB> second` lines like prepare_pairs.py:

  roles       1 if a sentence was reworded and means the same, 0 if one more edit changed who did what to whom. Both kinds share
              nearly all their words, so only word order tells them apart. The labels come from rules.
  unrelated   0: two random sentences of the corpus
  unlabelled  nan: sentences of one document that share many words, sentences with a part left out, labelled pairs with one
              sentence changed, Quora questions that share rare words, and MRPC sentences that do. The teacher scores these.

The corpus has one sentence per line and a blank line between documents, as plain text or .xz.
"""
import argparse
import itertools
import lzma
import random
import re
from collections import defaultdict
from pathlib import Path
from typing import Callable, Iterator

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer

from prepare_pairs import Pair, bare, detokenize, read_mrpc, read_pairs, write_pairs

# Least cosine of two sentences' TF-IDF vectors.
LEAST_SHARED = 0.22
Words = list[str]
Span = tuple[int, int]

# A phrase with a star can replace the others, but is not replaced itself, because it has other senses.
SYNONYMS = [tuple(group.split("|")) for group in """
located|situated
began|started
movie|film
approximately|about*|around*
purchased|bought
such as|including
near|close to*
large|big
in order to|to*
many|numerous
because|since*
although|though|even though
whereas|while*
built|constructed
town|village
famous|well known
usually|normally|generally
often|frequently
also known as|also called
in addition|additionally|furthermore
became|turned into*
used|utilised
several|a number of
first|1st
second|2nd
third|3rd
United States|U.S.|USA
United Kingdom|UK|Britain
received|got*
assist|help*
died|passed away
moved to|relocated to
created|made
established|founded|set up
therefore|thus|hence
but|however ,
main|principal|primary|chief
overall|total*
only|just*
shows|displays*
whole|entire
children|kids
job|position*
departed from|left*
area|region
more than|over*
less than|under*
the next year|the following year
near the end of|towards the end of
during|throughout
stated|said
announced|declared|reported
percent|%
company|firm
killed|slain
attack|assault
rose|climbed*
fell|dropped*|declined*
shares|stock
part of|a portion of
composed of|made up of
type of|kind of|sort of|form of
return to|go back to|come back to
returned to|went back to|came back to
is found in|occurs in|lives in
consists of|comprises
currently|now|at present
previously|formerly|earlier
afterwards|later*
eventually|finally|in the end
""".strip().splitlines()]
OPPOSITES = [tuple(pair.split("|")) for pair in """
north|south
east|west
northern|southern
eastern|western
left|right
first|last
before|after
rose|fell
increased|decreased
more|less
won|lost
above|below
mother|father
brother|sister
son|daughter
husband|wife
largest|smallest
higher|lower
upper|lower
early|late
bought|sold
older|younger
best|worst
with|without
male|female
always|never
men|women
""".strip().splitlines()]
MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
IRREGULAR = {"written": "wrote", "built": "built", "led": "led", "given": "gave", "taken": "took", "made": "made", "won": "won",
             "held": "held", "bought": "bought", "sold": "sold", "beaten": "beat", "drawn": "drew", "known": "knew", "sung": "sang",
             "begun": "began", "chosen": "chose", "driven": "drove", "shown": "showed", "sent": "sent", "met": "met", "found": "found"}
SUBORDINATORS = {"after", "when", "while", "although", "because", "before", "since", "if", "as"}
TIME_PREPOSITIONS = {"in", "on", "during", "by", "from", "after", "before", "since", "at"}
FUNCTION_WORDS = set("""the a an of in on at to for from by with and or but as is was were are be been that which who whose this these
those it its his her their he she they we i you not also then than into over under after before during between where when while
had has have did do does s""".split())


def tokenize(sentence: str) -> Words:
    sentence = sentence.replace('"', " '' ")
    return re.findall(r"[A-Z](?:\.[A-Z])+\.?|\d[\d,.:]*\d|\w+(?:[-]\w+)*|'s\b|n't|''|``|--|[^\w\s]", sentence)


def join(words: Words) -> str:
    text = " ".join(words)
    return text[:1].upper() + text[1:]


def is_name(word: str) -> bool:
    return word[:1].isupper() and word.lower() not in FUNCTION_WORDS


def names(words: Words) -> list[Span]:
    """Returns runs of capitalised words. The first word of the sentence counts only if the next one is capitalised too."""
    spans, at = [], 0
    while at < len(words):
        end = at
        while end < len(words) and is_name(words[end]):
            end += 1
        if end > at and not (at == 0 and end == 1):
            spans.append((at, end))
        at = max(end, at + 1)
    return spans


def numbers(words: Words) -> list[Span]:
    return [(i, i + 1) for i, word in enumerate(words) if word[0].isdigit()]


def noun_phrases(words: Words) -> list[Span]:
    """Returns noun phrases such as `old house` in `the old house`: the words from a determiner, excluded, to the next function word."""
    spans = []
    for i, word in enumerate(words):
        if word.lower() in ("the", "a", "an", "his", "her", "its", "their"):
            end = i + 1
            while end < len(words) and words[end].isalpha() and words[end].islower() and words[end] not in FUNCTION_WORDS:
                end += 1
            if 1 <= end - i - 1 <= 3:
                spans.append((i + 1, end))
    return spans


def swapped(words: Words, one: Span, two: Span) -> Words:
    (a, b), (c, d) = sorted((one, two))
    return words[:a] + words[c:d] + words[b:c] + words[a:b] + words[d:]


def lower_start(words: Words) -> Words:
    if len(words) > 1 and words[0].lower() in FUNCTION_WORDS | SUBORDINATORS | TIME_PREPOSITIONS:
        return [words[0].lower(), *words[1:]]
    return words


# Rewordings: each returns the sentence in different words with the same meaning, or None if it does not apply.

def synonym(words: Words, rng: random.Random) -> Words | None:
    text = f" {' '.join(words)} "
    for group in rng.sample(SYNONYMS, len(SYNONYMS)):
        present = [phrase for phrase in group if f" {phrase} " in text]
        if present:
            other = rng.choice([phrase for phrase in group if phrase != present[0]]).rstrip("*")
            return text.replace(f" {present[0]} ", f" {other} ", 1).split()
    return None


def conjuncts(words: Words, rng: random.Random) -> Words | None:
    """`A and B` -> `B and A`"""
    choices = []
    for find in (names, noun_phrases, numbers):
        spans = find(words)
        choices += [(x, y) for x, y in zip(spans, spans[1:])
                    if words[x[1] : y[0]] in (["and"], ["or"], ["and", "the"], ["and", "a"], [","], ["as", "well", "as"])]
    return swapped(words, *rng.choice(choices)) if choices else None


def to_the_end(words: Words, rng: random.Random) -> Words | None:
    """`In 1998 , X .` -> `X in 1998 .`; likewise for a clause that starts with `after`, `when` ..."""
    opening = words[0].lower()
    if opening not in TIME_PREPOSITIONS | SUBORDINATORS or words.count(",") != 1 or words[-1] != ".":
        return None
    comma = words.index(",")
    if not 1 < comma < len(words) - 4:
        return None
    return words[comma + 1 : -1] + lower_start(words[:comma]) + ["."]


def to_the_front(words: Words, rng: random.Random) -> Words | None:
    """`X in 1998 .` -> `In 1998 , X .`"""
    if len(words) < 8 or words[-1] != ".":
        return None
    for length in (2, 3, 4, 5):
        tail = words[-1 - length : -1]
        if tail[0] in ("in", "on", "during", "by", "since", "until") and re.fullmatch(
                rf"(in|on|during|by|since|until) (the )?(early |late )?((\d\d? )?({MONTHS}) )?(\d\d? , )?\d{{4}}s?", " ".join(tail)):
            return tail + [","] + lower_start(words[: -1 - length]) + ["."]
    return None


def date(words: Words, rng: random.Random) -> Words | None:
    """`5 May 2001` <-> `May 5 , 2001`"""
    text = " ".join(words)
    changed = re.sub(rf"\b(\d\d?) ({MONTHS}) (\d{{4}})\b", r"\2 \1 , \3", text, count=1)
    if changed == text:
        changed = re.sub(rf"\b({MONTHS}) (\d\d?) , (\d{{4}})\b", r"\2 \1 \3", text, count=1)
    return changed.split() if changed != text else None


def possessive(words: Words, rng: random.Random) -> Words | None:
    """`the capital of France` -> `France 's capital`"""
    for a, b in names(words):
        if a >= 3 and words[a - 1] == "of" and words[a - 3].lower() == "the" and words[a - 2].islower():
            if b < len(words) and words[b] in (",", "and", "'s", "of"):
                continue
            return words[: a - 3] + words[a:b] + ["'s", words[a - 2]] + words[b:]
    return None


def active(words: Words, rng: random.Random, reverse: bool = False) -> Words | None:
    """`X was founded by Y in 1990 .` -> `Y founded X in 1990 .`; with `reverse`, `X founded Y in 1990 .`, which means something else."""
    for i, word in enumerate(words[:-3]):
        if word in ("was", "were") and words[i + 2] == "by" and 0 < i <= 8:
            verb = IRREGULAR.get(words[i + 1], words[i + 1] if words[i + 1].endswith("ed") else None)
            end = next((j for j in range(i + 4, len(words)) if words[j] in (",", ".", "in", "on", "at", "for", "from", "to", "and", "as", "who")), None)
            if verb is None or end is None or end - i > 11 or "," in words[:i]:
                return None
            patient, agent = lower_start(words[:i]), words[i + 3 : end]
            return (patient + [verb] + agent if reverse else agent + [verb] + patient) + words[end:]
    return None


def lighter(words: Words, rng: random.Random) -> Words | None:
    """Leaves out a word that carries little meaning."""
    spots = [i for i, word in enumerate(words[1:-1], 1) if word in ("also", "very", "then", "still", "both", "quite", "however", "the", ",")]
    if not spots:
        return None
    at = rng.choice(spots)
    return words[:at] + words[at + 1 :]


REWORDINGS: list[Callable[[Words, random.Random], Words | None]] = [
    synonym, synonym, conjuncts, conjuncts, to_the_end, to_the_front, date, possessive, active, lighter]


# Changes of meaning.

def swap_roles(words: Words, rng: random.Random) -> Words | None:
    """Swaps two names, two numbers or two nouns, unless they are conjuncts."""
    for find in rng.sample([names, names, noun_phrases, numbers], 4):
        spans = find(words)
        choices = []
        for i, x in enumerate(spans):
            for y in spans[i + 1 :]:
                between = set(words[x[1] : y[0]])
                same = [w.lower() for w in words[x[0] : x[1]]] == [w.lower() for w in words[y[0] : y[1]]]
                if not same and between - {"and", "or", ",", "the", "a", "&", "-", "/", "as", "well"}:
                    choices.append((x, y))
        if choices:
            return swapped(words, *rng.choice(choices))
    return None


def opposite(words: Words, rng: random.Random) -> Words | None:
    spots = [(i, b if word == a else a) for i, word in enumerate(words) for a, b in OPPOSITES if word in (a, b)]
    if not spots:
        return None
    at, other = rng.choice(spots)
    return words[:at] + [other] + words[at + 1 :]


def negated(words: Words, rng: random.Random) -> Words | None:
    """`is` -> `is not`, or the other way around."""
    for i, word in enumerate(words[1:-1], 1):
        if word in ("is", "was", "are", "were", "can", "will", "could", "would", "should", "must", "did", "does", "do"):
            rest = words[i + 1 :]
            return words[: i + 1] + (rest[1:] if rest[0] in ("not", "n't", "never") else ["not", *rest])
    return None


def clauses(words: Words, rng: random.Random) -> Words | None:
    """`After X , Y .` -> `After Y , X .`"""
    if words[0].lower() not in SUBORDINATORS or words.count(",") != 1 or words[-1] != ".":
        return None
    comma = words.index(",")
    return [words[0], *words[comma + 1 : -1], ",", *words[1:comma], "."] if comma > 3 else None


def reverse_active(words: Words, rng: random.Random) -> Words | None:
    return active(words, rng, reverse=True)


class Replace:
    """Replaces a name, number or noun by one from an earlier sentence."""

    def __init__(self) -> None:
        self.seen: dict[str, list[Words]] = {}

    def __call__(self, words: Words, rng: random.Random) -> Words | None:
        for find in rng.sample([names, numbers, noun_phrases], 3):
            known = self.seen.setdefault(find.__name__, [])
            spans = find(words)
            if spans:
                a, b = rng.choice(spans)
                known.append(words[a:b])
                del known[:-500]
                other = rng.choice(known)
                if other != words[a:b]:
                    return words[:a] + other + words[b:]
        return None


def reworded(words: Words, rng: random.Random, times: int) -> Words:
    for change in rng.sample(REWORDINGS, len(REWORDINGS)):
        if times == 0:
            break
        other = change(words, rng)
        if other and other != words:
            words, times = other, times - 1
    return words


def role_pair(sentence: Words, rng: random.Random, replace: Replace) -> Pair | None:
    first = reworded(sentence, rng, rng.choice((0, 0, 1)))
    second = reworded(first, rng, rng.choice((1, 1, 2, 3)))
    label = rng.random() < 0.5
    if not label:
        # `Replace` is easy to detect and common in any text, so swaps are tried first most of the time.
        order = [*rng.sample([swap_roles, swap_roles, swap_roles, clauses, reverse_active, opposite], 6), replace]
        if rng.random() < 0.3:
            order.insert(0, rng.choice((replace, replace, opposite, negated)))
        if rng.random() < 0.5:
            second = first
        changed = next((other for change in order if (other := change(second, rng)) and other != second), None)
        if changed is None:
            return None
        second = changed
    if bare(join(first)) == bare(join(second)):
        return None
    return Pair("roles", float(label), join(first), join(second))


def with_part_left_out(words: Words, rng: random.Random) -> Words | None:
    """Drops the words between two cut points: commas, some prepositions, `who`, `which`, and the ends of the sentence."""
    cuts = [0, *(i for i, word in enumerate(words) if word in (",", "in", "on", "for", "with", "who", "which", "after")), len(words) - 1]
    choices = [(a, b) for a, b in zip(cuts, cuts[1:]) if 2 <= b - a <= 12 and len(words) - (b - a) >= 6]
    if not choices:
        return None
    a, b = rng.choice(choices)
    return words[:a] + words[b:]


def mistyped(words: Words, rng: random.Random) -> Words | None:
    """Misspells a longer word: two letters change places, or one is missing or doubled."""
    spots = [i for i, word in enumerate(words) if word.isalpha() and len(word) > 3]
    if not spots:
        return None
    at = rng.choice(spots)
    word, i = words[at], rng.randrange(1, len(words[at]) - 2)
    wrong = rng.choice((word[:i] + word[i + 1] + word[i] + word[i + 2 :], word[:i] + word[i + 1 :], word[:i] + word[i] + word[i:]))
    return words[:at] + [wrong] + words[at + 1 :]


def changed_pair(pair: Pair, rng: random.Random, replace: Replace) -> Pair | None:
    """Changes one sentence of a labelled pair once or twice. The result has no label; the teacher scores it."""
    first, second = rng.sample((pair.first, pair.second), 2)
    words = tokenize(first if rng.random() < 0.2 else second)
    changes = [swap_roles, swap_roles, clauses, reverse_active, opposite, negated, replace, with_part_left_out, mistyped,
               lambda words, rng: reworded(words, rng, 1)]
    for change in rng.sample(changes, rng.choice((1, 1, 2))):
        words = change(words, rng) or words
    text = join(words) if " ." in second or " ," in second else detokenize(join(words))
    return Pair("unlabelled", float("nan"), first, text) if bare(text) not in (bare(first), bare(second)) else None


def alike(questions: list[str], rng: random.Random) -> Iterator[Pair]:
    """Pairs each question with the one that shares the most words with it, among those that share one of its two rarest words."""
    holders: dict[str, list[int]] = defaultdict(list)
    content = [set(re.findall(r"\w+", question.lower())) - FUNCTION_WORDS for question in questions]
    for i, own in enumerate(content):
        for word in own:
            holders[word].append(i)
    seen: set[tuple[int, int]] = set()
    for i in rng.sample(range(len(questions)), len(questions)):
        rarest = sorted((word for word in content[i] if len(holders[word]) > 1), key=lambda word: (len(holders[word]), word))[:2]
        near = {j for word in rarest for j in rng.sample(holders[word], min(40, len(holders[word])))
                if bare(questions[j]) != bare(questions[i])}
        best = max(near, key=lambda j: len(content[i] & content[j]) / len(content[i] | content[j]), default=None)
        if best is not None and (min(i, best), max(i, best)) not in seen:
            seen.add((min(i, best), max(i, best)))
            yield Pair("unlabelled", float("nan"), questions[i], questions[best])


def news_alike(labelled: list[Pair], count: int, rng: random.Random) -> list[Pair]:
    """Returns pairs of sentences from different MRPC training rows, those that share the most words first, with rare words counting most.
    Like MRPC's own pairs, they are what two newspapers say about one event, or about two."""
    own = [pair for pair in labelled if pair.task == "mrpc"]
    known = {frozenset((bare(pair.first), bare(pair.second))) for pair in own}
    sentences = sorted({text for pair in own for text in (pair.first, pair.second)})
    words = TfidfVectorizer(sublinear_tf=True).fit_transform(sentences)
    shared = np.triu((words @ words.T).toarray(), 1)
    result = []
    for at in np.argsort(-shared, axis=None):
        i, j = divmod(int(at), len(sentences))
        if len(result) == count or shared[i, j] < LEAST_SHARED:
            break
        if frozenset((bare(sentences[i]), bare(sentences[j]))) not in known:
            result.append(Pair("unlabelled", float("nan"), *rng.sample((sentences[i], sentences[j]), 2)))
    return result


def read_documents(path: Path) -> Iterator[list[str]]:
    opened = lzma.open(path, "rt", encoding="utf-8") if path.suffix == ".xz" else open(path, encoding="utf-8")
    with opened as file:
        document: list[str] = []
        for line in file:
            if line.strip():
                document.append(line.strip())
            elif document:
                yield document
                document = []
        if document:
            yield document


def is_usable(sentence: str, least_words: int) -> bool:
    return least_words <= len(sentence.split()) <= 34 and sentence[0].isupper() and sentence[-1] == "." and sentence.count(";") == 0


def overlap(one: str, two: str) -> float:
    a, b = ({w for w in re.findall(r"\w+", s.lower()) if w not in FUNCTION_WORDS} for s in (one, two))
    return len(a & b) / max(1, min(len(a), len(b)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, nargs="+", required=True)
    parser.add_argument("--mrpc_train", type=Path, help="MRPC rows whose sentences are also used for --left_out")
    parser.add_argument("--keep_out", type=Path, nargs="*", default=[], help="MRPC files whose sentences must not appear")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--least_words", type=int, default=8, help="shortest sentence to use, in words")
    parser.add_argument("--roles", type=int, default=60000)
    parser.add_argument("--roles_words", type=int, default=34, help="longest sentence to use for `roles`, in words")
    parser.add_argument("--neighbours", type=int, default=12000)
    parser.add_argument("--left_out", type=int, default=12000)
    parser.add_argument("--unrelated", type=int, default=8000)
    parser.add_argument("--pairs", type=Path, help="train.tsv of prepare_pairs.py")
    parser.add_argument("--changed", type=int, default=0, help="number of pairs of --pairs with one sentence changed")
    parser.add_argument("--questions", type=Path, help="questions.txt of prepare_pairs.py")
    parser.add_argument("--alike", type=int, default=0, help="number of pairs of similar questions")
    parser.add_argument("--news_alike", type=int, default=0, help="number of pairs of similar MRPC sentences from --pairs")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    rng, replace = random.Random(options.seed), Replace()

    kept_out = {bare(text) for path in options.keep_out for pair in read_mrpc(path) for text in (pair.first, pair.second)}
    documents = [[s for s in document if is_usable(s, options.least_words) and bare(s) not in kept_out]
                 for path in options.corpus for document in read_documents(path)]
    documents = [document for document in documents if document]
    sentences = [sentence for document in documents for sentence in document]
    rng.shuffle(sentences)
    print(f"{len(documents)} documents, {len(sentences)} usable sentences")

    roles: list[Pair] = []
    for sentence in sentences:
        if len(roles) == options.roles:
            break
        words = tokenize(sentence)
        pair = role_pair(words, rng, replace) if len(words) <= options.roles_words else None
        if pair:
            roles.append(pair)

    neighbours: list[Pair] = []
    for document in rng.sample(documents, len(documents)):
        if len(neighbours) >= options.neighbours:
            break
        for i, sentence in enumerate(document[:30]):
            others = document[i + 1 : i + 8]
            if others:
                best = max(others, key=lambda other: overlap(sentence, other))
                if 0.4 <= overlap(sentence, best) and bare(best) != bare(sentence):
                    neighbours.append(Pair("unlabelled", float("nan"), sentence, best))

    left_out: list[Pair] = []
    sources = sentences[len(sentences) - options.left_out :]
    if options.mrpc_train:
        sources += [text for pair in read_mrpc(options.mrpc_train) for text in (pair.first, pair.second)]
    for sentence in sources:
        words = tokenize(sentence)
        second = with_part_left_out(words, rng)
        first = reworded(words, rng, rng.choice((0, 0, 1, 2)))
        if rng.random() < 0.4:
            first = with_part_left_out(first, rng) or first
        if second:
            left_out.append(Pair("unlabelled", float("nan"), join(first), join(second)))

    changed: list[Pair] = []
    labelled = [pair for pair in read_pairs(options.pairs) if pair.task not in ("unrelated", "identical")] if options.pairs else []
    while len(changed) < options.changed:
        pair = changed_pair(rng.choice(labelled), rng, replace)
        if pair:
            changed.append(pair)
    questions = options.questions.read_text(encoding="utf-8").splitlines() if options.alike else []
    similar = list(itertools.islice(alike(questions, rng), options.alike))

    news: list[Pair] = []
    if options.news_alike:
        # Two sentences that both occur in MRPC's test set could be one of its pairs.
        news = news_alike([pair for pair in labelled if not {bare(pair.first), bare(pair.second)} & kept_out], options.news_alike, rng)

    unrelated = [Pair("unrelated", 0.0, *rng.sample(sentences, 2)) for _ in range(options.unrelated)]
    pairs = [*roles, *neighbours, *left_out, *changed, *similar, *news, *unrelated]
    rng.shuffle(pairs)
    write_pairs(options.out, pairs)
    print(f"roles {len(roles)}, neighbours {len(neighbours)}, with a part left out {len(left_out)}, changed {len(changed)}, "
          f"similar questions {len(similar)}, similar news {len(news)}, unrelated {len(unrelated)}")


if __name__ == "__main__":
    main()
