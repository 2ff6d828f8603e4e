"""Words that decide what a sentence claims: opposites, other words for the same, roles and places.

Every list is stemmed as `text.stems` stems, so that a word is given in one form only.
"""

from __future__ import annotations

import re

from assistant.text import stems


def stem_of(word: str) -> str:
    """Return the stem of one word; "influence" and "influenced" have the same."""
    return re.sub(r"ens$", "enc", (stems(word) or ("",))[0])


def stemmed(words: str) -> frozenset[str]:
    """Return the stems of a list of words."""
    return frozenset(stem_of(word) for word in words.split())


_OPPOSITES = """
increase/decrease increase/reduce increase/lower increase/cut raise/lower raise/cut raise/reduce rise/fall
grow/shrink more/less more/fewer most/least higher/lower high/low greater/smaller greater/lower large/small
big/small long/short longer/shorter fast/slow faster/slower quick/slow early/late earlier/later before/after
above/below over/under first/last cheap/expensive cheaper/dearer cheaper/costlier easy/hard easier/harder
strong/weak better/worse best/worst good/bad inside/outside internal/external include/exclude allow/forbid
allow/prohibit allow/ban permit/prohibit permit/forbid permit/ban accept/reject accept/refuse approve/reject
start/end begin/end open/closed open/close gain/lose gain/loss profit/loss win/lose fixed/variable
mandatory/optional mandatory/voluntary compulsory/optional temporary/permanent public/private safe/unsafe
onshore/offshore onshore/nearshore nearshore/offshore inhouse/outsource buy/build domestic/foreign keep/lose
narrow/widen narrow/wide partial/full upside/downside positive/negative active/inactive promote/inhibit
enhance/inhibit enhance/reduce stimulate/inhibit activate/inhibit induce/inhibit induce/suppress improve/impair
improve/worsen protect/harm benefit/harm upregulate/downregulate sensitive/resistant increase/impair
enhance/impair susceptible/resistant presence/absence present/absent overexpress/deplete elevate/reduce
elevate/decrease enhance/decrease promote/suppress promote/prevent promote/reduce facilitate/inhibit
accelerate/slow accelerate/delay gain/lower always/rarely often/rarely rarely/usually seldom/often
seldom/usually seldom/always rarely/typically encourage/discourage reward/discourage upheld/struck
upheld/overturned approve/block frequent/rare common/rare leave/take leave/remove remain/transfer ahead/behind
enter/leave add/remove connect/separate old/new past/future retroactive/prospective senior/junior import/export
true/false domestic/outside domestic/abroad favor/disfavor likely/unlikely direct/indirect
"""


def _opposites() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for pair in _OPPOSITES.split():
        one, other = (stem_of(word) for word in pair.split("/"))
        found.setdefault(one, set()).add(other)
        found.setdefault(other, set()).add(one)
    return {word: frozenset(others) for word, others in found.items()}


OPPOSITES = _opposites()
"""Of a stem: the stems that say the opposite."""

_SAME = """
vendor supplier provider contractor
client customer
company firm business organisation enterprise
staff employee worker personnel workforce
agreement contract
start begin commence launch initiate
buy purchase procure acquire
need require necessary requirement requires
allow permit let enable
ban prohibit forbid bar
stop prevent
show find reveal demonstrate
rule regulation
law statute act legislation
duty obligation
keep retain maintain maintenance remain stay
choose select pick choice
hire recruit engage employ
use utilise employ apply
cheap inexpensive
cost price expense expensive
pay payment paid remunerate
big large
fast quick rapid
low little small
narrow limit restrict
help assist support
give provide offer supply grant deliver
say state report claim
think believe
lack absent missing without
often frequently
usual typical normal common general mostly
seldom rarely rare
fit suit suitable match suited
weak poor bad badly wrong
decide determine decision
fix repair mend
last final latest recent
end finish close expire conclude terminate
annual yearly year
breach intrusion
tell notify inform notice notification
move shift transfer migrate relocate
person people individual
country nation
abroad overseas foreign
own ownership
write draft
part portion
share proportion percentage
work labour job
office site location
wage salary
risk danger hazard
manage run operate
reach contact
name identify list specify state
split divide
check verify verification
code software
cover include contain comprise
exceed beyond
alone itself themselves
also too
silent silence
several many multiple various
single sole
reduce cut lower decrease
increase raise rise grow grew up
prior previous before earlier
gap difference
delete deletion erase
return back
abroad outside
partner vendor
advantage benefit pro
drawback disadvantage challenge con
result outcome
quality standard
penalty fine sanction
bill charge invoice
remain stay
"""


_IRREGULAR = """
write wrote written| make made| find found| give gave given| hold held| keep kept| pay paid| sell sold|
buy bought| lose lost| build built| spend spent| rise rose risen| fall fell fallen| grow grew grown|
begin began begun| choose chose chosen| take took taken| leave left| mean meant| send sent| lead led|
bind bound| bring brought| break broke broken| draw drew drawn| drive drove driven| know knew known|
see saw seen| show shown| speak spoke spoken| teach taught| tell told| think thought| win won| wake woke|
sit sat| stand stood| run ran| meet met| catch caught| seek sought| fly flew| go went gone| become became|
feel felt| hear heard| lay laid| rise raised| withdraw withdrew withdrawn| analyse analysis| assign assignment|
fail failure
"""


def _same() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for line in [*_SAME.strip().splitlines(), *_IRREGULAR.replace("\n", " ").split("|")]:
        group = stemmed(line)
        for word in group:
            found.setdefault(word, set()).update(group)
    return {word: frozenset(group) for word, group in found.items()}


SAME = _same()
"""Of a stem: the stems that may stand for it, itself among them."""


def alike(stem: str) -> frozenset[str]:
    """Return the stems that may stand for this one, itself among them."""
    return SAME.get(stem, frozenset((stem,)))


LIGHT = stemmed(
    """
according accord put count mean make made take taken come say state note result also well kind number way
thing case regard respect respectively however therefore thus while whereas within upon among already still
yet even either include including example instance go went done certain certainly particular namely together
rather unless unlike regardless irrespective whatever since although though because so around per another
others other else become became get got treat consider whether without beyond across onto want wanted itself
themselves alone ahead someone somebody anyone anybody everybody
"""
)
"""Words that carry the sentence along and claim nothing of their own."""
PALE = stemmed(
    """
see seen saw view look hold possess create cause bring lead led mean involve entail carry offer provide give
supply deliver believe think feel extend continue last run ran move go turn become remain stay keep leave
let help serve act work function operate apply concern relate refer depend rely rest lie sit stand fall
belong pertain cover include comprise consist contain amount equal total reach hit find found observe show
indicate suggest mention describe explain add point stress highlight underline emphasise conclude happen
occur arise emerge appear seem prove choose select pick decide opt get obtain gain receive acquire use
employ adopt follow set put place position aim seek try attempt intend begin start end finish handle deal
address tackle face meet enable hand pass call treat enjoy suit answer option choice fact matter issue
aspect factor area part role level extent basis term order sense process approach manner type sort range
group series key main overall general specific given various different similar respective relevant available
actual real single sole simple roughly approximately around nearly currently now today previously formerly
initially eventually finally furthermore moreover additionally instead likewise similarly otherwise hence
accordingly consequently simply really actually basically essentially especially notably afterwards
meanwhile later earlier least most further first bear perform performed conduct done report question whose
way able rather onward on figure plus second third fourth fifth next final step compared compare money aside
fewer less more much many number
"""
)
"""Words that a retelling puts in or leaves out without a change of what is claimed."""


_SIDES = """
vendor supplier provider contractor/client customer buyer
employer/employee worker staff
controller/processor
licensor/licensee
parent/subsidiary
author developer agency/start-up startup client
"""
ROLES: tuple[tuple[frozenset[str], frozenset[str]], ...] = tuple(
    (stemmed(one), stemmed(other)) for one, other in (line.split("/") for line in _SIDES.strip().splitlines())
)
"""The two sides of a relation, each as the stems it goes by."""

AGENTS: frozenset[str] = frozenset().union(*(side for pair in ROLES for side in pair))
"""All who do something or to whom it is done."""

DENYING = stemmed(
    "ban bar prohibit forbid refuse deny lack fail exempt prevent exclude poor bad badly wrong reject weak silent void "
    "differ"
)
"""Words that deny what stands beside them."""

PLACES = """
us=united states|usa|u.s|american|americans; uk=united kingdom|u.k|britain|british|england|english;
eu=european union|e.u; europe=european|europeans; asia=asian; africa=african; latin america=latin american; eea;
oecd; apac; china=chinese; india=indian|indians; pakistan=pakistani; bangladesh=bangladeshi; vietnam=vietnamese;
philippines=filipino|philippine; indonesia=indonesian; malaysia=malaysian; thailand=thai; singapore=singaporean;
japan=japanese; south korea=korean|korea; north korea=north korean; taiwan=taiwanese; hong kong;
australia=australian; new zealand; canada=canadian; mexico=mexican; brazil=brazilian;
argentina=argentine|argentinian; colombia=colombian; chile=chilean; peru=peruvian; uruguay=uruguayan;
costa rica=costa rican; cuba=cuban; venezuela=venezuelan; germany=german; france=french; spain=spanish;
italy=italian; portugal=portuguese; poland=polish; romania=romanian; bulgaria=bulgarian; hungary=hungarian;
czechia=czech|czech republic; slovakia=slovak; ukraine=ukrainian; russia=russian; belarus=belarusian;
serbia=serbian; croatia=croatian; slovenia=slovenian; greece=greek; turkey=turkish|turkiye; netherlands=dutch;
belgium=belgian; luxembourg; ireland=irish; sweden=swedish; norway=norwegian; denmark=danish; finland=finnish;
estonia=estonian; latvia=latvian; lithuania=lithuanian; iceland; switzerland=swiss; austria=austrian;
scotland=scottish; wales=welsh; egypt=egyptian; morocco=moroccan; nigeria=nigerian; kenya=kenyan;
ghana=ghanaian; south africa=south african; israel=israeli; iran=iranian; iraq=iraqi; uae=emirates|dubai;
saudi arabia=saudi; sri lanka=sri lankan; nepal=nepalese; alabama; alaska; arizona; arkansas;
california=californian; colorado; connecticut; delaware; florida; georgia; hawaii; idaho; illinois; indiana;
iowa; kansas; kentucky; louisiana; maine; maryland; massachusetts; michigan; minnesota; mississippi; missouri;
montana; nebraska; nevada; new hampshire; new jersey; new mexico; new york; north carolina; north dakota; ohio;
oklahoma; oregon; pennsylvania; rhode island; south carolina; south dakota; tennessee; texas=texan; utah;
vermont; virginia; west virginia; wisconsin; wyoming; quebec; ontario; london; bangalore=bengaluru; manila;
warsaw; krakow; são paulo=sao paulo; hanoi; mumbai; berlin; paris
"""
"""Places whose law, prices or hours a sentence may be about: `name=other names`."""
