"""Which words does the grammar draw on? English lists, and tokens that are alike in every language.

Names of people, firms and products are made of syllables, so that they are plentiful and nobody's.
"""

from stillwatch.simulate.texts.grammar import Rules, words

SYLLABLES = words(
    "ba bel bo bra cal cas ce cor da del den dor dra el en er fa fen fi gal gar gre ha hel "
    "il im ja jo ka kel kor la lan lem lin lo lu ma mar mel mi mon na nel no nor o or pa pel "
    "pra qui ra ren ri ro sa sel sha si sol ta tel ti tor tra u ul va vel vi vo wa "
    "wen xi ya yel za zor"
)

NOUNS = words(
    "invoice contract survey report ledger budget forecast schedule roster catalogue manual recipe "
    "garden balcony kitchen engine battery sensor valve pump filter gearbox trailer bicycle canoe "
    "lecture syllabus thesis exam essay poem novel chapter screenplay dialogue melody playlist "
    "museum gallery statue harbour bridge tunnel railway airport ferry warehouse depot factory "
    "bakery cafe vineyard orchard meadow forest glacier river delta reef island lighthouse "
    "clinic dosage symptom allergy bandage treatment referral appointment prescription diet "
    "mortgage pension tariff invoice_number receipt refund voucher discount subscription renewal "
    "tenant landlord deposit lease neighbour committee council petition referendum election "
    "server router cluster container pipeline queue cache index schema table dashboard webhook "
    "token session cookie certificate firewall backup snapshot migration rollback release branch "
    "merge commit test fixture parser compiler linter debugger profiler benchmark dataset column "
    "histogram outlier regression cohort funnel segment campaign newsletter headline "
    "slogan brochure "
    "podcast interview transcript subtitle caption thumbnail storyboard logo palette font banner "
    "goalkeeper league tournament marathon referee fixture_list stadium coach training_plan injury "
    "puppy kitten parrot aquarium terrarium beehive tractor greenhouse fertiliser seedling harvest "
    "passport visa itinerary hostel luggage layover timetable voucher_code souvenir postcard "
    "telescope comet asteroid isotope enzyme protein genome fossil magnet laser prism polymer "
    "theorem lemma proof matrix vector integral polynomial graph vertex probability estimate "
    "treaty archive census dynasty uprising chronicle manuscript map monument excavation ritual "
    "apprentice electrician plumber architect surveyor librarian translator editor notary auditor "
    "complaint apology reminder invitation agenda minutes memo briefing proposal tender bid quote "
    "shipment pallet barcode inventory supplier courier parcel customs_form return_label checkout"
)

ADJECTIVES = words(
    "late early broken rusty noisy quiet fragile heavy narrow wide crooked faded "
    "bright dim damp dry "
    "annual weekly monthly quarterly interim final tentative revised signed unsigned "
    "overdue prepaid "
    "bilingual regional coastal alpine rural urban medieval modern experimental vintage handmade "
    "temporary permanent optional mandatory confidential public internal external shared personal "
    "unusual ordinary simple complex nested sparse dense sorted random duplicate "
    "missing corrupt stale "
    "fresh frozen spicy bitter sweet salty vegan gluten-free seasonal local imported organic "
    "cheap expensive modest generous strict lenient polite blunt cheerful gloomy formal casual "
    "seven-year-old second third recent upcoming postponed cancelled crowded empty remote hybrid "
    "digital printed laminated encrypted archived anonymous verified unverified ambiguous precise "
    "asynchronous concurrent recursive linear quadratic periodic stochastic discrete continuous"
)

VERBS = words(
    "compare describe explain repair replace review shorten expand translate summarise reorganise "
    "schedule postpone cancel renew negotiate draft rewrite proofread format sort merge split "
    "measure estimate calculate predict simulate plot label classify group rank filter clean "
    "install configure deploy migrate restore test debug refactor document profile cache encrypt "
    "paint sand varnish solder assemble dismantle calibrate lubricate inspect store ship return "
    "plant prune water harvest cook bake freeze season marinate serve photograph "
    "record edit publish "
    "present pitch market promote advertise price discount refund audit reconcile archive digitise "
    "teach practise memorise revise grade annotate quote cite illustrate animate compose arrange"
)

PAST = words(
    "arrived failed vanished doubled stalled leaked cracked crashed recovered expired "
    "improved slipped "
    "shrank grew stopped restarted changed faded overheated drifted matched disagreed "
    "survived burst"
)

TOPICS = words(
    "the_water_cycle photosynthesis inflation compound_interest plate_tectonics the_printing_press "
    "the_silk_road vaccination natural_selection black_holes supply_and_demand the_nitrogen_cycle "
    "double-entry_bookkeeping public-key_cryptography version_control "
    "garbage_collection big-O_notation "
    "Bayes'_rule confidence_intervals regression_to_the_mean the_central_limit_theorem A/B_tests "
    "object-oriented_design functional_programming database_normalisation load_balancing DNS TLS "
    "sourdough fermentation espresso_extraction composting crop_rotation beekeeping watercolour "
    "chess_openings marathon_training sleep_hygiene meditation budgeting pensions index_funds "
    "copyright trademarks tenancy_law jury_trials the_electoral_system proportional_representation "
    "baroque_music impressionism haiku sonnets the_three-act_structure stoicism utilitarianism "
    "heat_pumps solar_panels battery_chemistry wind_turbines tidal_power insulation passive_houses"
)

FIRST = words(
    "Ada Amir Ana Anders Anika Arjun Astrid Bea Bilal Bruno Carla Chidi Chloe Dalia "
    "Daniel Dina Edda "
    "Elias Elif Emeka Emil Esra Fatima Felix Femi Freya Gita Goran Greta Hana Hugo "
    "Ida Ilse Imran Ines "
    "Ivan Jana Jonas Jun Kai Kavya Kofi Lars Laila Leila Lena Liam Lin Luca Lucia "
    "Magda Maja Marek Mei "
    "Mila Mina Nadia Nils Nora Oksana Olga Omar Oscar Pablo Petra Priya Rafa Ravi "
    "Rosa Sana Sara Sena "
    "Simon Sofia Sven Tariq Tess Theo Tomas Uma Vera Viktor Wen Yara Yuki Yusuf Zara Zoe"
)

PLACES = words(
    "Lisbon Porto Bergen Oslo Turku Riga Vilnius Gdansk Brno Graz Basel Lyon Nantes "
    "Ghent Utrecht Leeds "
    "Cardiff Galway Cork Seville Valencia Bologna Turin Split Izmir Tbilisi Amman "
    "Cairo Tunis Accra "
    "Lagos Nairobi Kigali Durban Pune Kochi Dhaka Hanoi Cebu Osaka Sapporo Busan "
    "Taipei Perth Hobart "
    "Dunedin Lima Quito Cusco Bogota Santiago Rosario Recife Austin Boise Tulsa "
    "Halifax Quebec Merida"
)

SHARED: Rules = {
    "lt": ["<"],
    "syl": SYLLABLES,
    "cap": [s.capitalize() for s in SYLLABLES],
    "pw": ["<syl><syl>", "<syl><syl><syl>", "<syl><syl><syl>"],
    "pwcap": ["<cap><syl>", "<cap><syl><syl>", "<cap><syl><syl>"],
    "d": list("0123456789"),
    "d1": list("123456789"),
    "hex": list("0123456789abcdef"),
    "num": ["<d1>", "<d1><d>", "<d1><d>", "<d1><d><d>", "<d1><d><d><d>"],
    "dec": ["<d1>.<d>", "<d1><d>.<d><d>", "0.<d><d><d>"],
    "pct": ["<d1> %", "<d1><d> %", "<d1><d>.<d> %"],
    "money": ["<d1><d> euros", "$<d1><d><d>", "<d1><d><d>.<d><d>", "<d1>,<d><d><d>"],
    "time": ["<d1> am", "1<d>:3<d>", "<d1>:<d1>0", "1<d1>:45", "2<hour>:15"],
    "hour": list("0123"),
    "code_id": ["<cap>-<d><d><d><d>", "<pw>-<d><d><d>", "<hex><hex><hex><hex><hex><hex><hex>"],
    "first": FIRST,
    "last": ["<pwcap>", "<pwcap>son", "<pwcap>ez", "<pwcap>ova", "de <pwcap>"],
    "person": ["<first>", "<first> <last>", "<first> <last>", "<last>"],
    "place": PLACES + ["<pwcap>", "<pwcap>", "<pwcap>ville"] * 10,
    "firm": ["<pwcap> Ltd", "<pwcap> Labs", "<pwcap> & <last>", "<pwcap>", "<pwcap> Group"],
    "product": ["<pwcap>", "<pwcap> <d1>", "<pwcap><pwcap>", "<pwcap> Pro"],
    "ident": ["<pw>_<pw>", "<pw>", "get_<pw>", "is_<pw>", "<pw>_<d>", "<pw>Id", "load_<pw>"],
    "file": ["<pw>.py", "src/<pw>/<pw>.ts", "<pw>_<pw>.csv", "<pw>.sql", "lib/<pw>.rs", "<pw>.pdf"],
    "url": ["https://<pw>.example/<pw>", "<pw>.example/<pw>/<num>"],
    "uuid": ["<hex><hex><hex><hex>-<hex><hex><hex>-<d><d>"],
    "par": ["\n\n"],
    "br": ["\n", "\n\n", "\n\n", " "],
}

ENGLISH: Rules = {
    "noun": NOUNS,
    "adj": ADJECTIVES,
    "verb": VERBS,
    "past": PAST,
    "topic": TOPICS,
    "day": words("Monday Tuesday Wednesday Thursday Friday Saturday Sunday today tomorrow"),
    "month": words("January February March April May June July August September October November"),
    "date": ["<d1> <month>", "1<d> <month>", "2<d1> <month>", "last <day>", "next <day>"],
    "family": words(
        "sister brother mother father aunt cousin neighbour flatmate boss colleague tutor"
    ),
    "conj": words("because although while since so but whereas unless and_then even_though"),
    "adv": words("quietly twice again slowly never always mostly barely suddenly already usually"),
    "np": [
        "the <adj> <noun>",
        "the <noun> from <place>",
        "<person>'s <noun>",
        "<num> <adj> <noun>s",
        "our <adj> <noun> at <firm>",
        "the <noun> in <place>",
        "my <family>'s <noun>",
        "<product@c:1>",
        "a <adj> <noun> for <person@c:1>",
        "the <product> <noun>",
        "the <noun> that <person@c:1> sent on <date>",
        "<firm@a:1>'s <adj> <noun>",
    ],
    "vp": [
        "<verb> <np>",
        "<verb> <np> before <time>",
        "<verb> and <verb> <np>",
        "<verb> <np> without the <noun>",
        "<verb> <np> for <money>",
        "<verb> <np> with <person>",
    ],
    "cl": [
        "<np> <adv> <past>",
        "<np> <past> on <date>",
        "<np> costs <money>",
        "<person@c:1> wants to <vp>",
        "we <adv> <verb> <np>",
        "<np> is <adj> and <adj>",
        "<np> <past> after <num> days",
        "nobody at <firm@a:1> can <vp>",
        "<person> asked us to <vp>",
        "<pct> of <np> <past>",
    ],
    "sent": [
        "<cl>. ",
        "<cl>, <conj> <cl>. ",
        "<cl> <conj> <np> <past>. ",
        "On <date> <cl>. ",
        "In <place> <cl>, <conj> <cl>. ",
        "Last time <cl>. ",
        "I think <cl>. ",
        "According to <person>, <cl>. ",
    ],
    "passage": ["<sent><sent><sent>", "<sent><sent><sent><sent>", "<sent><sent><passage>"],
}
