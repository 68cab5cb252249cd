"""Writes short everyday pairs from templates of our own, whose labels are known: who does what to whom, when, where, how many.

The first thing people try on a paraphrase model is "A helped B" against "B helped A". Corpora hold few sentences that
short, and fewer with a partner. The words of the demo's and of golden.json's sentences are left out of the lists, so that
those stay a test.
"""
import argparse
import random
from pathlib import Path

from prepare_pairs import Pair, write_pairs

PEOPLE = """the teacher|the nurse|the driver|the farmer|the singer|the lawyer|the girl|the old man|the young woman|my brother|her aunt|the mayor|
the goalkeeper|the baker|the pilot|the judge|the painter|our neighbour|the tourist|the guard|the student|the doctor|the manager|the thief|the king|
the horse|the wolf|the fox|the bear|the duck|Maria|Thomas|Laura|David|Sarah|Kevin|Julia|Robert""".replace("\n", "").split("|")
# Past tense, participle.
DEEDS = """helped|helped, called|called, visited|visited, followed|followed, praised|praised, saw|seen, hit|hit, saved|saved, paid|paid, invited|invited,
kicked|kicked, thanked|thanked, warned|warned, greeted|greeted, caught|caught, bit|bitten, pushed|pushed, interviewed|interviewed, trained|trained,
accused|accused, defeated|defeated, replaced|replaced, hired|hired, ignored|ignored""".replace("\n", " ").split(", ")
SAME_DEEDS = {"helped": "assisted", "called": "phoned", "saved": "rescued", "hit": "struck", "hired": "employed", "defeated": "beat"}
OTHER_DEEDS = {"helped": "hindered", "praised": "criticised", "invited": "excluded", "thanked": "blamed", "hired": "fired", "ignored": "noticed",
               "saved": "abandoned", "caught": "lost", "pushed": "pulled"}
WHEN = "yesterday|last night|in the morning|on Tuesday|on Thursday|in March|in October|after lunch|before dinner|last year|in 2004|in 1987".split("|")
WHERE = "in the garden|at the station|near the river|in Berlin|in Chicago|at school|behind the house|on the bridge".split("|")
PLACES = "Rome|Oslo|Boston|Madrid|Tokyo|Cairo|Dublin|Denver|Prague|Lima".split("|")
TRAVELS = [("drove", "went by car"), ("travelled", "made a trip"), ("walked", "went on foot"), ("moved", "relocated")]
NUMBERS = "two|three|four|five|six|seven|eight|nine|ten|twelve|twenty".split("|")
THINGS = "books|tickets|apples|chairs|letters|boats|lamps|houses|shirts|bottles".split("|")
GIFTS = "a ring|the keys|a letter|some money|an old map|the tickets|a small box".split("|")
QUALITIES = "taller|older|faster|richer|stronger|louder|younger|slower".split("|")
OPPOSITE_QUALITIES = {"taller": "shorter", "older": "younger", "faster": "slower", "younger": "older", "slower": "faster", "louder": "quieter"}


def sentence(*parts: str) -> str:
    text = " ".join(part for part in parts if part)
    return text[:1].upper() + text[1:] + "."


def deed(rng: random.Random) -> Pair:
    one, two = rng.sample(PEOPLE, 2)
    past, participle = rng.choice(DEEDS).split("|")
    when, where = rng.choice(["", *WHEN]), rng.choice(["", "", *WHERE])
    first = sentence(one, past, two, where, when)
    same = [sentence(two, "was", participle, "by", one, where, when)]
    if when:
        same.append(sentence(f"{when},", one, past, two, where))
        same.append(sentence(f"{when},", two, "was", participle, "by", one, where))
    if past in SAME_DEEDS:
        same.append(sentence(one, SAME_DEEDS[past], two, where, when))
    other = [sentence(two, past, one, where, when), sentence(two, past, one, where, when),
             sentence(one, "was", participle, "by", two, where, when), sentence(one, "never", past, two, where, when)]
    if when:
        other.append(sentence(one, past, two, where, rng.choice([w for w in WHEN if w != when])))
        other.append(sentence(f"{when},", two, past, one, where))
    if past in OTHER_DEEDS:
        other.append(sentence(one, OTHER_DEEDS[past], two, where, when))
    return choose(first, same, other, rng)


def journey(rng: random.Random) -> Pair:
    who, when, (went, also_went) = rng.choice(PEOPLE), rng.choice(["", *WHEN]), rng.choice(TRAVELS)
    start, end, elsewhere = rng.sample(PLACES, 3)
    first = sentence(who, went, "from", start, "to", end, when)
    same = [sentence(who, also_went, "from", start, "to", end, when), sentence(who, went, "to", end, "from", start, when)]
    other = [sentence(who, went, "from", end, "to", start, when), sentence(who, also_went, "from", end, "to", start, when),
             sentence(who, went, "from", start, "to", elsewhere, when)]
    return choose(first, same, other, rng)


def gift(rng: random.Random) -> Pair:
    one, two = rng.sample(PEOPLE, 2)
    what, when = rng.choice(GIFTS), rng.choice(["", *WHEN])
    first = sentence(one, "gave", two, what, when)
    same = [sentence(one, "gave", what, "to", two, when), sentence(two, "got", what, "from", one, when)]
    other = [sentence(two, "gave", one, what, when), sentence(two, "gave", what, "to", one, when), sentence(one, "got", what, "from", two, when)]
    return choose(first, same, other, rng)


def number(rng: random.Random) -> Pair:
    who, things, when = rng.choice(PEOPLE), rng.choice(THINGS), rng.choice(["", *WHEN])
    count, wrong = rng.sample(NUMBERS, 2)
    first = sentence(who, "bought", count, things, when)
    same = [sentence(who, "purchased", count, things, when), sentence(f"{when}," if when else "", who, "bought", count, things)]
    other = [sentence(who, "bought", wrong, things, when), sentence(who, "sold", count, things, when), sentence(who, "purchased", wrong, things, when),
             sentence(who, "did not buy", count, things, when)]
    return choose(first, same, other, rng)


def comparison(rng: random.Random) -> Pair:
    one, two = rng.sample(PEOPLE, 2)
    quality = rng.choice(QUALITIES)
    first = sentence(one, "is", quality, "than", two)
    opposite = OPPOSITE_QUALITIES.get(quality)
    same = [sentence(two, "is", opposite, "than", one)] if opposite else [sentence(one, "is", "much", quality, "than", two)]
    other = [sentence(two, "is", quality, "than", one), sentence(one, "is not", quality, "than", two)]
    if opposite:
        other.append(sentence(one, "is", opposite, "than", two))
    return choose(first, same, other, rng)


def choose(first: str, same: list[str], other: list[str], rng: random.Random) -> Pair:
    label = rng.random() < 0.5
    second = rng.choice([text for text in (same if label else other) if text != first])
    return Pair("everyday", float(label), first, second)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--count", type=int, default=4000)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    rng = random.Random(options.seed)
    kinds = [deed, deed, deed, deed, journey, gift, number, comparison]
    pairs = {rng.choice(kinds)(rng) for _ in range(options.count)}
    write_pairs(options.out, sorted(pairs))
    print(f"{len(pairs)} pairs")


if __name__ == "__main__":
    main()
