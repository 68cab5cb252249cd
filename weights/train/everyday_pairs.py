"""Writes short everyday pairs with known labels, from templates and word lists of our own: who does what to whom, when, where, how many,
whether or not, and with what certainty, in similar or entirely different words.

The first thing people try on a paraphrase model is "A helped B" against "B helped A". Corpora have few sentences that short, and even
fewer pairs of them. No sentence of the demo, of golden.json or of robustness.tsv is used, so that those remain valid tests.
"""
import argparse
import random
import re
from pathlib import Path
from typing import Callable

from mine_pairs import join, mistyped
from prepare_pairs import Pair, bare, detokenize, read_pairs, write_pairs

# A sentence, others with the same meaning, and others with a different one.
Case = tuple[str, list[str], list[str]]


def listed(text: str, separator: str = "|") -> list[str]:
    return [part.strip() for part in text.replace("\n", " ").split(separator) if part.strip()]


def table(text: str) -> list[list[str]]:
    return [listed(line) for line in text.strip().splitlines()]


PEOPLE = listed("""the teacher|the nurse|the driver|the farmer|the singer|the lawyer|the girl|the old man|the young woman|my brother|her aunt|
the mayor|the goalkeeper|the baker|the pilot|the judge|the painter|our neighbour|the tourist|the guard|the student|the doctor|the manager|the thief|
the king|the horse|the wolf|the fox|the bear|the duck|Maria|Thomas|Laura|David|Sarah|Kevin|Julia|Robert|Mrs. Chen|Mr. Novak|Priya|Omar|the chef|
the plumber""")
HUMANS = [who for who in PEOPLE if who not in ("the horse", "the wolf", "the fox", "the bear", "the duck")]
# Past tense, participle.
DEEDS = table("""
helped|helped\ncalled|called\nvisited|visited\nfollowed|followed\npraised|praised\nsaw|seen\nhit|hit\nsaved|saved\npaid|paid\ninvited|invited
kicked|kicked\nthanked|thanked\nwarned|warned\ngreeted|greeted\ncaught|caught\nbit|bitten\npushed|pushed\ninterviewed|interviewed\ntrained|trained
accused|accused\ndefeated|defeated\nreplaced|replaced\nhired|hired\nignored|ignored""")
SAME_DEEDS = {"helped": "assisted", "called": "phoned", "saved": "rescued", "hit": "struck", "hired": "employed", "defeated": "beat"}
OTHER_DEEDS = {"helped": "hindered", "praised": "criticised", "invited": "excluded", "thanked": "blamed", "hired": "fired", "ignored": "noticed",
               "saved": "abandoned", "caught": "lost", "pushed": "pulled"}
WHEN = listed("yesterday|last night|in the morning|on Tuesday|on Thursday|in March|in October|after lunch|before dinner|last year|in 2004|in 1987")
WHERE = listed("in the garden|at the station|near the river|in Berlin|in Chicago|at school|behind the house|on the bridge")
PLACES = listed("Rome|Oslo|Boston|Madrid|Tokyo|Cairo|Dublin|Denver|Prague|Lima")
TRAVELS = [("drove", "went by car"), ("travelled", "made a trip"), ("walked", "went on foot"), ("moved", "relocated")]
NUMBERS = listed("two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fifteen|eighteen|twenty|thirty|forty|sixty|ninety")
DIGITS = dict(zip(NUMBERS, listed("2|3|4|5|6|7|8|9|10|11|12|13|15|18|20|30|40|60|90")))
THINGS = listed("books|tickets|apples|chairs|letters|boats|lamps|houses|shirts|bottles")
MEASURES = table("""
the village has {} inhabitants|{} people live in the village
the machine costs {} dollars|the price of the machine is {} dollars
the hall holds {} people|there is room for {} people in the hall
the bridge is {} metres long|the length of the bridge is {} metres
he was fined {} euros|his fine was {} euros
the parcel weighs {} grams|the weight of the parcel is {} grams
""")
GIFTS = listed("a ring|the keys|a letter|some money|an old map|the tickets|a small box")
QUALITIES = listed("taller|older|faster|richer|stronger|louder|younger|slower")
OPPOSITE_QUALITIES = {"taller": "shorter", "older": "younger", "faster": "slower", "younger": "older", "slower": "faster", "louder": "quieter"}

# Subjects with complementary adjectives: whatever is not one is the other.
COMPLEMENTS = table("""
the gate|open|shut
the patient|awake|asleep
the light|on|off
the fish|alive|dead
the answer|correct|wrong
the statement|true|false
the minister|present|absent
the line|straight|crooked
parking here|legal|illegal
a repair|possible|impossible
the number|even|odd
the star|visible|invisible
the boy|present|absent
the heating|on|off
the rumour|true|false
the baby|awake|asleep
the water|safe to drink|unsafe to drink
""")
# Past and base form of a verb, the same for its opposite, and the object.
DECISIONS = table("""
remembered|remember|forgot|forget|the appointment
accepted|accept|refused|refuse|the offer
kept|keep|broke|break|the promise
passed|pass|failed|fail|the exam
noticed|notice|overlooked|overlook|the mistake
obeyed|obey|disobeyed|disobey|the order
liked|like|disliked|dislike|the soup
won|win|lost|lose|the case
""")
# Base, third person, past, participle, -ing form.
ACTIVITIES = table("""
paint the fence|paints the fence|painted the fence|painted the fence|painting the fence
write a novel|writes novels|wrote a novel|written a novel|writing a novel
learn Italian|learns Italian|learned Italian|learned Italian|learning Italian
sell the car|sells cars|sold the car|sold the car|selling the car
cook dinner|cooks dinner|cooked dinner|cooked dinner|cooking dinner
play chess|plays chess|played chess|played chess|playing chess
clean the kitchen|cleans the kitchen|cleaned the kitchen|cleaned the kitchen|cleaning the kitchen
read the report|reads reports|read the report|read the report|reading the report
work in a bank|works in a bank|worked in a bank|worked in a bank|working in a bank
build a boat|builds boats|built a boat|built a boat|building a boat
""")
AMOUNTS = table("""
all of the {n} {were}|every one of the {n} {was}|the {n} {were} all|each of the {n} {was}|the {n} {were} without exception
none of the {n} {were}|not one of the {n} {was}|not a single one of the {n} {was}
some of the {n} {were}|a number of the {n} {were}
most of the {n} {were}|more than half of the {n} {were}|the greater part of the {n} {were}
exactly half of the {n} {were}|50 percent of the {n} {were}|one in two of the {n} {was}
only one of the {n} {was}|just one of the {n} {was}|a single one of the {n} {was}
at least five of the {n} {were}|five or more of the {n} {were}|no fewer than five of the {n} {were}
at most five of the {n} {were}|five or fewer of the {n} {were}|no more than five of the {n} {were}
nearly all of the {n} {were}|almost all of the {n} {were}|all but a few of the {n} {were}
""")
COUNTED = listed("eggs|houses|answers|guests|roads|boxes|players|shoes|letters|rooms|plants|tests")
COUNTED_AS = listed("broken|late|empty|new|red|wet|expensive|missing|local|white|dirty|small|lost|clean")
DURATIONS = table("""
sixty minutes|an hour|1 hour
fourteen days|two weeks|a fortnight
twelve months|a year|one year
ten years|a decade
100 years|a century|one hundred years
six months|half a year
fifteen minutes|a quarter of an hour|15 minutes
thirty minutes|half an hour|30 minutes
48 hours|two days|forty-eight hours
seven days|a week|one week
three months|a quarter of a year
120 minutes|two hours
two years|24 months
""")
LASTING = listed("""the journey takes {}|they waited for {}|the strike lasted {}|the work was finished in {}|she stayed for {}|the battery lasts {}|
he was away for {}""")
CLOCK = table("""
at noon|at 12 o'clock in the daytime|at midday
at half past six|at 6:30
at a quarter past nine|at 9:15
at a quarter to five|at 4:45
at ten past eight|at 8:10
at midnight|at 12 at night
at eight in the evening|at 8 p.m.
at five in the morning|at 5 a.m.
""")
AT_A_TIME = listed("the shop closes {}|the lesson begins {}|the ferry leaves {}|the alarm went off {}|we had tea {}|the guests arrived {}")
CONVERSE_PLACES = table("""
above|below
in front of|behind
to the left of|to the right of
north of|south of
east of|west of
on top of|underneath
higher up than|lower down than
""")
SPOTS = listed("""the bakery|the church|the pond|the school|the old mill|the car park|the pharmacy|the tower|the playground|the post office|the shelf|
the mirror|the clock""")
# Both sentences of a line say the same, with the two people in opposite order.
CONVERSES = table("""
{a} sold a bike to {b}|{b} bought a bike from {a}
{a} rented a flat to {b}|{b} rented a flat from {a}
{a} sent a parcel to {b}|{b} received a parcel from {a}
{a} works for {b}|{b} is the employer of {a}
{a} inherited the farm from {b}|{b} left the farm to {a}
{a} asked {b} a question|{b} was asked a question by {a}
{a} is the sister of {b}'s mother|{b}'s mother is the sister of {a}
{a} spoke before {b}|{b} spoke after {a}
{a} arrived later than {b}|{b} arrived earlier than {a}
{a} owes {b} ten dollars|{b} is owed ten dollars by {a}
{a} gave up a seat for {b}|{b} was given a seat by {a}
{a} lost to {b} at tennis|{b} won against {a} at tennis
{a} lives one floor above {b}|{b} lives one floor below {a}
{a} envies {b}|{b} is envied by {a}
""")
SYMMETRIC = listed("""{a} is married to {b}|{a} met {b} at the market|{a} lives next door to {b}|{a} and {b} are twins|{a} agrees with {b}|
{a} looks like {b}""")
EVENTS = table("""
the phone rang|dinner was served
the rain stopped|the children went out
he lost his job|his wife fell ill
the music began|the lights went out
they sold the house|the baby was born
she called the police|the alarm started
the bell rang|the pupils sat down
prices went up|people stopped buying meat
he moved to the city|he learned to drive
the snow melted|the river rose
""")
# On each line: sentences that mean the same # sentences that look related but mean something else.
SAYINGS = [[listed(side) for side in line.split("#")] for line in """
it's raining cats and dogs|it is pouring with rain|the rain is very heavy # it's raining a little|the cats and dogs are out in the rain
he kicked the bucket|he died # he kicked the ball|he filled the bucket
break a leg tonight|good luck tonight # he broke his leg tonight|he broke a leg last night
that exam was a piece of cake|that exam was very easy # that exam was very hard|I ate a piece of cake after the exam
she let the cat out of the bag|she gave the secret away # she put the cat in a bag|she kept the secret
he is pulling your leg|he is joking with you # he is holding your leg|he is being serious with you
I am under the weather|I feel ill # I like this weather|I feel fine
they see eye to eye on this|they agree about this # they disagree about this|they looked at each other
he spilled the beans|he told the secret # he cooked the beans|he kept the secret
this costs an arm and a leg|this is very expensive # this is very cheap|he hurt his arm and his leg
we should call it a day|let's stop working now # we should call again one day|let's go on working
she has cold feet about the wedding|she is nervous about getting married # her feet were cold at the wedding|she is sure about getting married
once in a blue moon he writes|he hardly ever writes # he writes every day|he wrote about a blue moon
I'm broke|I have no money left # I broke it|I have plenty of money
he hit the sack early|he went to bed early # he got up early|he hit the bag early
could you turn the music down|please make the music quieter # could you turn the music up|please play other music
what's your name|how are you called|who are you # how old are you|where do you live
how old is she|what is her age # how tall is she|what is her name
where does he live|what is his address # where does he work|when does he leave
what time is it|can you tell me the time # what day is it|how much time is left
I can't stand him|I dislike him very much # I like him very much|I can't see him
the soup is too hot to eat|nobody can eat the soup because it is so hot # the soup is cold|the soup is hot enough to eat
her car broke down|her vehicle stopped working # her car was stolen|her vehicle is working well
he is out of work|he is unemployed|he has no job # he is at work|he is out for a walk
the film was boring|the movie was dull # the film was exciting|the movie was long
they tied the knot last summer|they got married last summer # they got divorced last summer|they met last summer
my grandmother is in good health|my grandmother is well # my grandmother is ill|my grandfather is well
the town was destroyed by fire|flames left nothing of the town # the town was destroyed by a flood|the fire did not reach the town
he gave up smoking|he no longer smokes|he quit cigarettes # he took up smoking|he still smokes
I have changed my mind|I no longer think so # I have made up my mind|I still think so
turn the heating off|switch the heating off # turn the heating on|turn the heating up
there is nothing to eat in the house|we have no food at home # there is plenty to eat in the house|we are eating at home
the firm went bankrupt|the company could not pay its debts and closed # the firm made a profit|the company paid its debts
she speaks five languages|five languages are spoken by her # she is learning five languages|five people speak her language
do you mind if I open the window|may I open the window # do you mind if I close the window|who opened the window
he was found guilty|the court convicted him # he was found innocent|the court acquitted him
this door must be kept shut|never leave this door open # this door must be kept open|never shut this door
the concert is sold out|there are no more tickets for the concert # there are still tickets for the concert|the concert was cancelled
it is forbidden to swim here|swimming is not allowed here # swimming is allowed here|it is dangerous to run here
take your umbrella, it may rain|bring an umbrella in case of rain # leave your umbrella, it will not rain|my umbrella is wet
he earns more than he spends|he spends less than he earns # he spends more than he earns|he earns as much as he spends
I would rather have tea than coffee|I prefer tea to coffee # I prefer coffee to tea|I would like tea and coffee
everybody but him was invited|he was the only one who was not invited # he was the only one who was invited|everybody was invited, and so was he
how do I get to the airport|what is the way to the airport # how far is the airport|when does the airport close
can I pay by card|do you accept cards # can I pay in cash|can I play cards
she looks like her mother|she resembles her mother # she looks after her mother|she dislikes her mother
the bus was late again|once more the bus did not come on time # the bus was on time again|the bus was full again
sorry|I apologise # you're welcome|no problem
good morning|morning # good night|good evening
bye|see you # hi|come in
of course|sure|certainly # certainly not|maybe
I don't know|no idea # I know|good idea
well done|good job # badly done|what a pity
be quiet|silence # speak up|louder
hurry up|be quick # slow down|take your time
I'm hungry|I need something to eat # I'm thirsty|I have eaten enough
it's expensive|it costs a lot # it's cheap|it costs little
I'm lost|I don't know where I am # I lost it|I know this place
come in|please enter # get out|please wait outside
wait|hang on # go ahead|go away
who is that|do you know that person # what is that|where is that
""".strip().splitlines()]


# Past-tense verbs that mean the same # other verbs # objects. "put~off" may take its object in between.
REWORDED = [[listed(side) for side in line.split("#")] for line in """
put~off|postponed|delayed # called~off|brought~forward|opened # the match|the wedding|the launch|the trial|the exam|the trip
called~off|cancelled|scrapped # put~off|announced|watched # the match|the wedding|the parade|the tour|the strike|the race
turned~down|rejected|declined # accepted|made|discussed # the proposal|the invitation|the request|the plan
gave~back|returned|brought~back # kept|lost|stole # the keys|the money|the bicycle|the ladder
found~out|discovered|learned # hid|told|forgot # the truth|the secret|the reason
looked after|took care of|cared for # looked for|neglected|ran after # the children|the dog|the garden|the patients
set~up|founded|started # closed~down|left|sold # the company|the club|the newspaper|the choir
handed~in|submitted|turned~in # tore~up|forgot|corrected # the homework|the report|the essay|the form
threw~away|got rid of|discarded # kept|repaired|bought # the old sofa|the boxes|the broken chair|the letters
took~off|removed # put~on|bought|washed # the coat|the hat|the shoes|the helmet
put~out|extinguished # started|lit|saw # the fire|the candles|the flames
picked~up|collected|fetched # dropped~off|left behind|paid for # the children|the parcel|the guests|the laundry
looked into|investigated|examined # ignored|forgot|caused # the complaint|the crime|the accident
pointed~out|mentioned|drew attention to # overlooked|denied|repaired # the mistake|the danger|the delay
carried~out|performed|did # stopped|refused|planned # the repairs|the experiment|the inspection
sorted~out|solved|resolved # caused|noticed|made worse # the problem|the dispute|the mix-up
came up with|thought of|devised # rejected|copied|forgot # the plan|the name|the solution
let~down|disappointed # pleased|thanked|met # the fans|the customers|the team
fixed|repaired|mended # broke|sold|borrowed # the bicycle|the roof|the fridge|the clock
knocked~down|demolished|tore~down # rebuilt|painted|visited # the wall|the cinema|the factory|the shed
filled~in|completed|filled~out # lost|printed|read # the form|the questionnaire|the application
gave~up|quit|stopped # took~up|enjoyed|taught # tennis|the violin|dancing|sugar
set~free|released|let~go # locked~up|questioned|arrested # the prisoner|the bird|the hostages
made~up|invented # believed|told|denied # the story|the excuse
ended|finished|brought to an end # began|interrupted|joined # the debate|the lesson|the war|the show
purchased|bought|acquired # sold|rented|admired # the house|the painting|the farm|the piano
praised|spoke well of # criticised|ignored|copied # the book|the speech|the new teacher
permitted|allowed # banned|feared|regretted # the protest|the sale|the visit
concealed|hid|kept secret # revealed|found|described # the illness|the debt|the letter
"""
.strip().splitlines()]
PARTICIPLES = {"gave": "given", "took": "taken", "threw": "thrown", "tore": "torn", "began": "begun", "forgot": "forgotten", "stole": "stolen",
               "did": "done", "hid": "hidden", "broke": "broken", "saw": "seen", "ran": "run"}
NO_PASSIVE = {"came up with", "got rid of", "took care of", "ran after", "let~go", "kept secret", "learned", "brought to an end", "made worse"}
PLURAL = {thing for _, _, things in REWORDED for thing in things if re.search(r"(?<!s)s$|children$", thing) and thing != "tennis"}
UNTIL = listed("until Monday|until Thursday|until next week|until spring|by two days|until further notice")
# On each line: subjects with their synonyms # predicates with their rewordings. Each predicate fits each subject.
HAPPENINGS = [[[listed(part, "/") for part in listed(side)] for side in line.split("#")] for line in """
the shop/the store|the museum|the library|the post office|the pool # is closed/is not open/is shut|opens at ten/does not open before ten|is crowded/is full of people|is being painted/is getting a new coat of paint
the play|the match/the game|the film/the movie|the show # is sold out/has no tickets left|was boring/was dull/was not exciting|was cancelled/was called off/did not take place|starts at eight/begins at eight|was a great success/went very well
the train|the bus|the flight/the plane|the ferry # was late/did not arrive on time/was delayed|was cancelled/did not run|was full/had no free seats|left at noon/departed at midday
the exam/the test|the lecture|the lesson/the class # was hard/was difficult/was not easy|was short/did not last long|takes place in the hall/is held in the hall|was moved to another room/will be in a different room
the road|the bridge|the tunnel # is blocked/cannot be passed|was repaired/was mended|was flooded/was under water|is very busy/is full of traffic
the boss|the neighbour|the waiter|the nurse # is ill/is sick/is not well|is on holiday/is away on vacation|got married/had a wedding|was angry/was in a bad mood|quit/gave notice/left the job
the office|the bakery|the clinic|the school # has moved/is at a new address now|hired two people/took on two new employees|was robbed/was broken into|gives discounts/has lower prices
the water|the coffee|the soup # was cold/was not warm|was gone/had run out/was used up|was free/cost nothing/did not cost anything
""".strip().splitlines()]
AT_TIMES = listed("on Monday|on Sunday|on Saturday|on Wednesday|tomorrow|today|this week|this morning|in July|in winter|at the weekend|tonight")


def deed(rng: random.Random) -> Case:
    one, two = rng.sample(PEOPLE, 2)
    past, participle = rng.choice(DEEDS)
    when, where = rng.choice(["", *WHEN]), rng.choice(["", "", *WHERE])
    same = [f"{two} was {participle} by {one} {where} {when}"]
    if when:
        same += [f"{when}, {one} {past} {two} {where}", f"{when}, {two} was {participle} by {one} {where}"]
    if past in SAME_DEEDS:
        same.append(f"{one} {SAME_DEEDS[past]} {two} {where} {when}")
    other = [f"{two} {past} {one} {where} {when}", f"{two} {past} {one} {where} {when}", f"{one} was {participle} by {two} {where} {when}",
             f"{one} never {past} {two} {where} {when}"]
    if when:
        other += [f"{one} {past} {two} {where} {rng.choice([w for w in WHEN if w != when])}", f"{when}, {two} {past} {one} {where}"]
    if past in OTHER_DEEDS:
        other.append(f"{one} {OTHER_DEEDS[past]} {two} {where} {when}")
    return f"{one} {past} {two} {where} {when}", same, other


def journey(rng: random.Random) -> Case:
    who, when, (went, also_went) = rng.choice(PEOPLE), rng.choice(["", *WHEN]), rng.choice(TRAVELS)
    start, end, elsewhere = rng.sample(PLACES, 3)
    return (f"{who} {went} from {start} to {end} {when}",
            [f"{who} {also_went} from {start} to {end} {when}", f"{who} {went} to {end} from {start} {when}"],
            [f"{who} {went} from {end} to {start} {when}", f"{who} {also_went} from {end} to {start} {when}",
             f"{who} {went} from {start} to {elsewhere} {when}"])


def gift(rng: random.Random) -> Case:
    one, two = rng.sample(PEOPLE, 2)
    what, when = rng.choice(GIFTS), rng.choice(["", *WHEN])
    return (f"{one} gave {two} {what} {when}",
            [f"{one} gave {what} to {two} {when}", f"{two} got {what} from {one} {when}"],
            [f"{two} gave {one} {what} {when}", f"{two} gave {what} to {one} {when}", f"{one} got {what} from {two} {when}"])


def number(rng: random.Random) -> Case:
    who, things, when = rng.choice(PEOPLE), rng.choice(THINGS), rng.choice(["", *WHEN])
    count, wrong = rng.sample(NUMBERS, 2)
    same = [f"{who} purchased {count} {things} {when}", f"{who} bought {DIGITS[count]} {things} {when}"]
    if when:
        same.append(f"{when}, {who} bought {count} {things}")
    return f"{who} bought {count} {things} {when}", same, [
        f"{who} bought {wrong} {things} {when}", f"{who} bought {DIGITS[wrong]} {things} {when}", f"{who} sold {count} {things} {when}",
        f"{who} did not buy {count} {things} {when}"]


def figure(rng: random.Random) -> Case:
    """Numbers of several digits, with one digit or the order of the digits changed."""
    value = rng.choice([rng.randrange(1100, 2030), rng.randrange(13, 990), 1000 * rng.randrange(2, 90), 100 * rng.randrange(11, 99)])
    digits = list(str(value))
    at = rng.randrange(len(digits))
    digits[at] = rng.choice([d for d in "123456789" if d != digits[at]])
    swapped = str(value)[::-1].lstrip("0")
    wrong = [other for other in (int("".join(digits)), value * 10, int(swapped)) if other != value]
    frame, again = rng.choice(MEASURES)
    written = [str(value), f"{value:,}"]
    same = [again.format(rng.choice(written)), frame.format(written[1]) if value > 999 else again.format(value)]
    return frame.format(written[0]), same, [rng.choice((frame, again)).format(rng.choice((str(other), f"{other:,}"))) for other in wrong]


def comparison(rng: random.Random) -> Case:
    one, two = rng.sample(PEOPLE, 2)
    quality = rng.choice(QUALITIES)
    opposite = OPPOSITE_QUALITIES.get(quality)
    return (f"{one} is {quality} than {two}",
            [f"{two} is {opposite} than {one}"] if opposite else [f"{one} is much {quality} than {two}"],
            [f"{two} is {quality} than {one}", f"{one} is not {quality} than {two}"] + ([f"{one} is {opposite} than {two}"] if opposite else []))


def state(rng: random.Random) -> Case:
    what, *poles = rng.choice(COMPLEMENTS)
    one, two = rng.sample(poles, 2)
    when = rng.choice(["", "", "today", "at the moment", "again", "now"])
    return f"{what} is {one} {when}", [f"{what} is not {two} {when}"], [f"{what} is {two} {when}", f"{what} is not {one} {when}"]


def decision(rng: random.Random) -> Case:
    who, (did, do, failed, fail, what) = rng.choice(HUMANS), rng.choice(DECISIONS)
    if rng.random() < 0.5:
        did, do, failed, fail = failed, fail, did, do
    return f"{who} {did} {what}", [f"{who} did not {fail} {what}"], [
        f"{who} {failed} {what}", f"{who} did not {do} {what}", f"{who} never {did} {what}"]


def tense(rng: random.Random) -> Case:
    who, (base, does, past, participle, doing) = rng.choice(HUMANS), rng.choice(ACTIVITIES)
    groups = [
        [f"{who} will {base} soon", f"{who} is going to {base} before long", f"{who} is about to {base}"],
        [f"{who} has already {participle}", f"{who} has {participle} by now"],
        [f"{who} is {doing} at the moment", f"{who} is {doing} right now", f"{who} is busy {doing} now"],
        [f"{who} used to be one who {does}", f"{who} is no longer one who {does}"],
        [f"{who} has never {participle}", f"never has {who} {participle}"],
        [f"{who} would like to {base}", f"{who} wants to {base}"],
        [f"{who} {past} yesterday", f"yesterday {who} {past}"],
    ]
    return from_groups(groups, rng)


def amount(rng: random.Random) -> Case:
    what, how = rng.choice(COUNTED), rng.choice(COUNTED_AS)
    past = rng.random() < 0.5
    fill = {"n": what, "were": "were" if past else "are", "was": "was" if past else "is"}
    return from_groups([[f"{form.format(**fill)} {how}" for form in group] for group in AMOUNTS], rng)


def duration(rng: random.Random) -> Case:
    frames, groups = rng.choice([(LASTING, DURATIONS), (AT_A_TIME, CLOCK)])
    frame = rng.choice(frames)
    return from_groups([[frame.format(form) for form in group] for group in groups], rng)


def from_groups(groups: list[list[str]], rng: random.Random) -> Case:
    """Returns one sentence of a group, the rest of that group, and sentences of up to three other groups."""
    own, *others = rng.sample(groups, len(groups))
    first, *same = rng.sample(own, len(own))
    return first, same, [rng.choice(group) for group in others[:3]]


def place(rng: random.Random) -> Case:
    one, two = rng.sample(SPOTS, 2)
    there, back = rng.sample(rng.choice(CONVERSE_PLACES), 2)
    return f"{one} is {there} {two}", [f"{two} is {back} {one}"], [f"{one} is {back} {two}", f"{two} is {there} {one}", f"{one} is not {there} {two}"]


def converse(rng: random.Random) -> Case:
    one, two = rng.sample(HUMANS, 2)
    if rng.random() < 0.25:
        form = rng.choice(SYMMETRIC)
        third = rng.choice([who for who in HUMANS if who not in (one, two)])
        return form.format(a=one, b=two), [form.format(a=two, b=one)], [form.format(a=one, b=third)]
    this, that = rng.sample(rng.choice(CONVERSES), 2)
    return this.format(a=one, b=two), [that.format(a=one, b=two)], [this.format(a=two, b=one), that.format(a=two, b=one)]


def order(rng: random.Random) -> Case:
    one, two = rng.sample(rng.choice(EVENTS), 2)
    return rng.choice([
        (f"{one} before {two}", [f"{two} after {one}", f"before {two}, {one}", f"after {one}, {two}"],
         [f"{two} before {one}", f"{one} after {two}", f"after {two}, {one}"]),
        (f"{one} because {two}", [f"because {two}, {one}", f"the reason why {one} is that {two}"],
         [f"{two} because {one}", f"because {one}, {two}", f"{one} although {two}"]),
        (f"whenever {one}, {two}", [f"{two} every time {one}"], [f"whenever {two}, {one}", f"{one} every time {two}", f"{two} only once"]),
    ])


def saying(rng: random.Random) -> Case:
    same, other = rng.choice(SAYINGS)
    first, *rest = rng.sample(same, len(same))
    return first, rest, other


def reworded(rng: random.Random) -> Case:
    """A verb of one or more words. The object may stand in between, and with the subject "they" the sentence may be passive."""
    same, other, objects = rng.choice(REWORDED)
    what, elsewhat = rng.sample(objects, 2)
    who = rng.choice(["they", "they", "they", "we", *HUMANS])
    when = rng.choice(UNTIL) if same[0] == "put~off" and rng.random() < 0.6 else rng.choice(["", "", "", *WHEN])

    def said(verb: str, whom: str = what) -> str:
        past, *rest = verb.replace("~", " ").split()
        forms = [f"{who} {past} {' '.join(rest)} {whom}"]
        if "~" in verb:
            forms.append(f"{who} {past} {whom} {' '.join(rest)}")
        if who == "they" and verb not in NO_PASSIVE:
            forms.append(f"{whom} {'were' if whom in PLURAL else 'was'} {PARTICIPLES.get(past, past)} {' '.join(rest)}")
        return f"{rng.choice(forms)} {when}"

    verb, *others = rng.sample(same, len(same))
    first = said(verb)
    return first, [text for text in map(said, (verb, *others)) if text != first], [*map(said, other), said(verb, elsewhat)]


def happening(rng: random.Random) -> Case:
    """Something that happens at a certain time, against other events and other times."""
    subjects, predicates = rng.choice(HAPPENINGS)
    (names, other_names), (forms, other_forms) = rng.sample(subjects, 2), rng.sample(predicates, 2)
    elsewhere, elsewhat = rng.choice(HAPPENINGS)
    when, later = rng.sample(AT_TIMES, 2)

    def said(subject: list[str], predicate: list[str], time: str = when) -> str:
        what, how = rng.choice(subject), rng.choice(predicate)
        return rng.choice([f"{what} {how} {time}", f"{what} {how} {time}", f"{time}, {what} {how}"])

    first = said(names, forms)
    same = [text for text in (said(names, forms) for _ in range(6)) if bare(text) != bare(first)] or [f"{when}, {rng.choice(names)} {rng.choice(forms)}"]
    return first, same, [said(names, other_forms), said(other_names, forms), said(other_names, other_forms), said(names, forms, later),
                         said(rng.choice(elsewhere), rng.choice(elsewhat))]


def varied(text: str, rng: random.Random) -> str:
    """Varies a sentence as people type: sometimes contracted, without a full stop, or with a typo."""
    text = " ".join(text.split())
    if rng.random() < 0.4:
        text = re.sub(r"\b(is|was|were|did|has|are) not\b", r"\1n't", text)
        text = re.sub(r"\bwill not\b", "won't", text)
    question = re.match(r"(what|who|where|when|how|do|can|may|could)\b", text)
    if rng.random() < 0.08:
        text = detokenize(join(mistyped(text.split(), rng) or text.split()))
    text = text[:1].upper() + text[1:]
    if text[-1] == "." or rng.random() < 0.15:
        return text
    return text + ("?" if question else ".")


KINDS: list[Callable[[random.Random], Case]] = [
    deed, deed, deed, journey, gift, number, figure, comparison, state, decision, tense, tense, amount, amount, duration, duration, place,
    converse, converse, order, order, saying, saying, saying, reworded, reworded, reworded, happening, happening, happening]


def pair_of(rng: random.Random) -> Pair:
    first, same, other = rng.choice(KINDS)(rng)
    label = rng.random() < 0.5
    second = rng.choice(same if label else other)
    if rng.random() < 0.5:
        first, second = second, first
    return Pair("everyday", float(label), varied(first, rng), varied(second, rng))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--count", type=int, default=12000)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    rng = random.Random(options.seed)
    test = {bare(text) for pair in read_pairs(Path(__file__).with_name("robustness.tsv")) for text in (pair.first, pair.second)}
    pairs = {pair for pair in (pair_of(rng) for _ in range(options.count))
             if bare(pair.first) != bare(pair.second) and not {bare(pair.first), bare(pair.second)} & test}
    write_pairs(options.out, sorted(pairs))
    print(f"{len(pairs)} pairs, {100 * sum(pair.label for pair in pairs) / len(pairs):.0f} % of them the same")


if __name__ == "__main__":
    main()
