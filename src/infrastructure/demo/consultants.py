"""The consultants of the demo: many fields, several time zones, different prices and policies."""

from __future__ import annotations

from domain.consultants import CancellationPolicy
from infrastructure.demo.people import DemoConsultant, Remark
from infrastructure.demo.timetables import Kind, weekly

INTRODUCTION = Kind(
    "Free introduction",
    "Tell me what you are after, and see whether we get on. Nothing to prepare, nothing to pay.",
)
COACHING = Kind("One hour of coaching", "Your CV, your interview or your next move: one subject, worked through.")
CAREER_EVENING = Kind(
    "Career evening in a small group", "Up to six people, one real question each, answers from all."
)
TAX_CLASS = Kind("Saturday class: VAT and PAYE", "Two hours with your own numbers. Bring last month's sales.")
MARKET_WALK = Kind("Market basket, live", "We fill one basket for a week, on camera, and talk about every choice.")
DESIGN_REVIEW = Kind("Design review in a small group", "Five teams, one drawing each, honest questions.")
PARENTS_EVENING = Kind(
    "Parents' evening", "An open round about sleep, screens and school. Children may interrupt."
)
CONVERSATION = Kind("Conversation hour", "An hour of talk in the language that you learn; mistakes are welcome.")

DEMO_CONSULTANT = DemoConsultant(
    username="consultant",
    first_name="Ngozi",
    last_name="Adeyemi",
    has_picture=True,
    headline="Career coach for people who have outgrown their job",
    bio=(
        "I spent eleven years hiring for banks and start-ups in Lagos before I changed sides. Now I "
        "help people find out what they want next, say it in a CV that gets read, and ask for the "
        "salary that it is worth.\n\n"
        "We begin with what you have, not with a template. You leave each session with something that "
        "you can send the same day."
    ),
    specializations=("Career change", "CV and interviews", "Salary negotiation", "Leadership"),
    languages=("English", "Yoruba", "Igbo"),
    time_zone="Africa/Lagos",
    naira=25_000,
    policy=CancellationPolicy.FLEXIBLE,
    offers=(
        *weekly("Mon Tue Wed Thu Fri", "10:00", kind=COACHING),
        *weekly("Tue Thu", "16:30", kind=COACHING),
        *weekly("Wed", "18:00", minutes=90, seats=6, naira=9_000, kind=CAREER_EVENING),
        *weekly("Fri", "15:00", minutes=20, naira=0, kind=INTRODUCTION),
    ),
    reasons=(
        "I have an offer from a bigger company and do not know whether to leave my team.",
        "Please go through my CV with me before I apply for a product role.",
        "I want to ask for a raise and keep putting it off.",
        "Practice for a second interview, with hard questions.",
    ),
    remarks=(
        Remark(5, "Rewrote my CV with me line by line. Three interviews in two weeks after months of silence."),
        Remark(5, "We rehearsed the salary talk twice. I asked for 30 % more and got 25."),
        Remark(4, "Straight answers about my chances abroad. Not what I wanted to hear, but what I needed."),
        Remark(5, "The group evening is great value: everybody brings a real question and leaves with an answer."),
    ),
    reviews=9,
)

OTHERS = (
    DemoConsultant(
        username="chukwuemeka.obi",
        first_name="Chukwuemeka",
        last_name="Obi",
        has_picture=True,
        headline="Contracts and company law for small businesses",
        bio=(
            "Barrister and solicitor, called in 2009. I read the contract before you sign it, register "
            "the company after you have thought about it, and tell you plainly which risks are worth "
            "taking. Bring the document; we will go through it clause by clause."
        ),
        specializations=("Contracts", "Company registration", "Small business"),
        languages=("English", "Igbo"),
        time_zone="Africa/Lagos",
        naira=60_000,
        policy=CancellationPolicy.MODERATE,
        offers=(
            *weekly("Mon Wed Thu", "09:00 13:00"),
            *weekly("Fri", "09:30", minutes=20, naira=0, kind=INTRODUCTION),
        ),
        reasons=(
            "A shareholders' agreement between three founders: what is missing?",
            "Our landlord wants to change the lease of the shop half-way through.",
            "A supplier has not delivered. What does the contract give me?",
        ),
        remarks=(
            Remark(5, "Found the one clause that would have cost us the company. Calm and quick."),
            Remark(5, "Explained every clause in words that my partners understood as well."),
            Remark(4, "Thorough. Send the contract two days ahead, and the hour is really yours."),
        ),
        reviews=8,
    ),
    DemoConsultant(
        username="folake.balogun",
        first_name="Folake",
        last_name="Balogun",
        has_picture=True,
        headline="Tax that you can sleep with: VAT, PAYE and company income tax",
        bio=(
            "Chartered accountant with fifteen years in practice, the last six on my own. I help traders, "
            "freelancers and small companies file on time, keep what is theirs and answer letters from "
            "the revenue service without panic."
        ),
        specializations=("Tax", "Bookkeeping", "Small business"),
        languages=("English", "Yoruba"),
        time_zone="Africa/Lagos",
        naira=35_000,
        policy=CancellationPolicy.STRICT,
        offers=(
            *weekly("Tue Thu", "08:30 11:00 14:00", minutes=45),
            *weekly("Sat", "10:00", minutes=120, seats=10, naira=7_500, kind=TAX_CLASS),
        ),
        reasons=(
            "I freelance for clients abroad. What do I owe, and where?",
            "We have just crossed the VAT threshold.",
            "A letter about 2023 that I do not understand.",
        ),
        remarks=(
            Remark(5, "Three years of unfiled returns, sorted out in two sessions. I could cry."),
            Remark(5, "The Saturday class explained VAT better than any course I paid more for."),
            Remark(4, "Very exact. Have your bank statements ready, she will ask."),
        ),
        reviews=12,
    ),
    DemoConsultant(
        username="halima.sani",
        first_name="Halima",
        last_name="Sani",
        headline="Eating well with Nigerian food: plans for real kitchens",
        bio=(
            "Registered dietitian in Kaduna. I work with people who have diabetes or high blood pressure, "
            "and with families who want to eat better without giving up what they like. No powders, no "
            "forbidden lists."
        ),
        specializations=("Nutrition", "Diabetes", "Family health"),
        languages=("English", "Hausa"),
        time_zone="Africa/Lagos",
        naira=18_000,
        policy=CancellationPolicy.FLEXIBLE,
        offers=(
            *weekly("Mon Wed", "12:00 15:00", minutes=45),
            *weekly("Sat", "09:00", seats=8, naira=4_000, kind=MARKET_WALK),
            *weekly("Tue", "12:00", minutes=15, naira=0, kind=INTRODUCTION),
        ),
        reasons=(
            "My mother has type 2 diabetes and will not give up pounded yam.",
            "Lunches for two children who only eat rice.",
            "I want to lose ten kilos before my wedding, slowly and for good.",
        ),
        remarks=(
            Remark(5, "A plan with food that I can buy at my own market. My sugar is down already."),
            Remark(4, "Warm and practical. The shopping list alone was worth it."),
        ),
        reviews=6,
    ),
    DemoConsultant(
        username="tobi.akinwale",
        first_name="Tobi",
        last_name="Akinwale",
        has_picture=True,
        headline="Software architecture and your first hundred thousand users",
        bio=(
            "I have built payment and logistics systems in Lagos and London and have been woken by most "
            "of them. Founders book me before they hire, engineers before an interview, and teams when "
            "the database has become the bottleneck. I read code and diagrams alike."
        ),
        specializations=("Software", "Cloud", "Technical interviews"),
        languages=("English", "Yoruba"),
        time_zone="Europe/London",
        naira=75_000,
        policy=CancellationPolicy.MODERATE,
        offers=(
            *weekly("Tue Thu", "18:00 19:30"),
            *weekly("Sat", "10:00", minutes=90),
            *weekly("Sun", "16:00", minutes=90, seats=5, naira=15_000, kind=DESIGN_REVIEW),
        ),
        reasons=(
            "Should we split our Django application before the next round?",
            "System design interview next week: a rehearsal, please.",
            "Our queue loses jobs under load and nobody knows why.",
        ),
        remarks=(
            Remark(5, "Drew our whole system on one page and pointed at the part that would break first. It had."),
            Remark(5, "The mock interview was harder than the real one. I start in a month."),
            Remark(3, "Brilliant, but over my head in places. Better for people who write code themselves."),
        ),
        reviews=10,
    ),
    DemoConsultant(
        username="ifeoma.nwosu",
        first_name="Ifeoma",
        last_name="Nwosu",
        headline="Marketing for brands that cannot outspend the others",
        bio=(
            "I launched two food brands from a kitchen in Enugu and sold one of them. I help small brands "
            "decide who they are for, what to say and where to stop spending. Bring your numbers, however "
            "untidy."
        ),
        specializations=("Marketing", "Branding", "Small business"),
        languages=("English", "Igbo"),
        time_zone="Africa/Lagos",
        naira=40_000,
        policy=CancellationPolicy.MODERATE,
        offers=(
            *weekly("Mon Wed Fri", "11:00 14:30"),
            *weekly("Thu", "17:00", minutes=90, seats=8, naira=10_000),
        ),
        reasons=(
            "We sell shea butter and every advert costs more than it brings in.",
            "A name and a story for a new bakery.",
            "How do I get from markets into supermarkets?",
        ),
        remarks=(
            Remark(5, "Told us to stop two of our three campaigns. Sales did not drop; our costs halved."),
            Remark(4, "Lots of ideas that cost nothing. We are trying the first four."),
        ),
        reviews=7,
    ),
    DemoConsultant(
        username="yewande.coker",
        first_name="Yewande",
        last_name="Coker",
        has_picture=True,
        headline="Study and work visas for the United States and Canada",
        bio=(
            "Licensed immigration consultant, born in Ibadan, living in New Jersey. I check applications "
            "before they are sent, prepare you for the interview and tell you early when a route is not "
            "open to you."
        ),
        specializations=("Immigration", "Study abroad", "Visa interviews"),
        languages=("English", "Yoruba", "French"),
        time_zone="America/New_York",
        naira=55_000,
        policy=CancellationPolicy.STRICT,
        offers=(*weekly("Mon Wed Fri", "09:00 10:30", minutes=45), *weekly("Sat", "11:00", seats=10, naira=8_000)),
        reasons=(
            "My student visa was refused once. How do I apply again?",
            "A mock interview for the consulate in Lagos.",
            "Which documents prove ties to home for somebody who is self-employed?",
        ),
        remarks=(
            Remark(5, "Found two mistakes in my form that would have meant another refusal. Visa granted in May."),
            Remark(5, "Honest: told me not to apply this year, and why. Saved me the fee."),
            Remark(4, "Well prepared. The time difference takes some planning."),
        ),
        reviews=5,
    ),
    DemoConsultant(
        username="amr.elsayed",
        first_name="Amr",
        last_name="El-Sayed",
        has_picture=True,
        headline="Houses that stay cool: architecture for hot climates",
        bio=(
            "Architect in Cairo, with houses in Aswan, Kano and Khartoum. I look at your plot, your plans "
            "or your half-finished building and show you where shade, air and thick walls save you a "
            "generator. Photographs and sketches are welcome beforehand."
        ),
        specializations=("Architecture", "Green building", "Home projects"),
        languages=("Arabic", "English"),
        time_zone="Africa/Cairo",
        naira=65_000,
        policy=CancellationPolicy.STRICT,
        offers=weekly("Sun Mon Tue Wed", "10:00 15:00"),
        reasons=(
            "Plans for a bungalow near Abuja: too much glass to the west?",
            "Can an old family house be made cooler without air conditioning?",
        ),
        remarks=(
            Remark(5, "Turned the plan by a quarter and moved one window. The builder agreed at once."),
            Remark(5, "Sketched while we talked. I have the drawings on my wall."),
        ),
        reviews=4,
    ),
    DemoConsultant(
        username="musa.garba",
        first_name="Musa",
        last_name="Garba",
        headline="Profitable farming on one to fifty hectares",
        bio=(
            "Agronomist from Jos. I grew up on a potato farm and have advised cooperatives across the "
            "Middle Belt for twelve years: soil, seed, irrigation, storage and what the buyer really pays "
            "for."
        ),
        specializations=("Agriculture", "Irrigation", "Small business"),
        languages=("English", "Hausa"),
        time_zone="Africa/Lagos",
        naira=15_000,
        policy=CancellationPolicy.FLEXIBLE,
        offers=(
            *weekly("Tue Thu Sat", "07:30 17:30", minutes=45),
            *weekly("Sun", "17:00", minutes=90, seats=10, naira=2_500),
        ),
        reasons=(
            "Half of my tomatoes rot before they reach the market.",
            "Four hectares near Keffi: what should I plant first?",
            "Is drip irrigation worth it for peppers?",
        ),
        remarks=(
            Remark(5, "Knew my soil from three photographs and the name of the village."),
            Remark(4, "Talks about money first and crops second, which is how it should be."),
        ),
        reviews=5,
    ),
    DemoConsultant(
        username="seun.olatunji",
        first_name="Seun",
        last_name="Olatunji",
        has_picture=True,
        headline="Fintech: licences, ledgers and the first bank partner",
        bio=(
            "I was employee number six of a payments company and head of compliance of another. I help "
            "teams choose the licence that they need (often a smaller one), design a ledger that balances "
            "and survive due diligence."
        ),
        specializations=("Fintech", "Compliance", "Software"),
        languages=("English", "Yoruba"),
        time_zone="Africa/Lagos",
        naira=90_000,
        policy=CancellationPolicy.MODERATE,
        offers=(
            *weekly("Mon Tue Wed Thu", "08:00 17:00"),
            *weekly("Fri", "16:00", minutes=30, naira=0, kind=INTRODUCTION),
        ),
        reasons=(
            "We hold customers' money for two days. Which licence is that?",
            "Review of our ledger design before we go live.",
            "What will a partner bank ask us for?",
        ),
        remarks=(
            Remark(5, "Saved us a licence that we did not need. That is months, and a lot of capital."),
            Remark(5, "Read our ledger schema and found the rounding error before our auditors did."),
        ),
        reviews=6,
    ),
    DemoConsultant(
        username="wanjiku.kamau",
        first_name="Wanjiku",
        last_name="Kamau",
        has_picture=True,
        headline="Calmer families: parenting from toddlers to teenagers",
        bio=(
            "Family therapist in Nairobi and mother of three. Parents come to me with tantrums, screens, "
            "school and silence at the dinner table. We look at one situation at a time and try one thing "
            "before the next session."
        ),
        specializations=("Parenting", "Family health", "School"),
        languages=("English", "Swahili"),
        time_zone="Africa/Nairobi",
        naira=22_000,
        policy=CancellationPolicy.FLEXIBLE,
        offers=(
            *weekly("Mon Tue Thu", "13:00 20:00", minutes=50),
            *weekly("Wed", "20:00", minutes=75, seats=6, naira=6_000, kind=PARENTS_EVENING),
        ),
        reasons=(
            "Our son of thirteen has stopped talking to us.",
            "Bedtime takes two hours and ends in tears, mostly mine.",
            "How much screen time is too much at seven?",
        ),
        remarks=(
            Remark(5, "One small change, and bedtime takes twenty minutes. I did not believe it either."),
            Remark(5, "The evening group made me feel less alone with it."),
            Remark(4, "Kind, and does not blame anybody."),
        ),
        reviews=8,
    ),
    DemoConsultant(
        username="thabo.mokoena",
        first_name="Thabo",
        last_name="Mokoena",
        headline="Strength and running for people with desks",
        bio=(
            "Biokineticist and ultramarathon runner in Johannesburg. I write training plans that fit "
            "around a job, look at your form over video and get you back after an injury without heroics."
        ),
        specializations=("Fitness", "Running", "Injury recovery"),
        languages=("English", "Zulu", "Sotho"),
        time_zone="Africa/Johannesburg",
        naira=20_000,
        policy=CancellationPolicy.FLEXIBLE,
        offers=(
            *weekly("Mon Wed Fri", "06:00 12:30", minutes=45),
            *weekly("Sat", "07:00", seats=10, naira=3_500),
        ),
        reasons=(
            "First half-marathon in Lagos, from zero.",
            "My back hurts after eight hours at the screen.",
            "Looking for a plan with two dumb-bells and no gym.",
        ),
        remarks=(
            Remark(5, "Ran ten kilometres without pain for the first time in two years."),
            Remark(4, "Good eye for form, even through a telephone camera."),
        ),
        reviews=4,
    ),
    DemoConsultant(
        username="amina.bello",
        first_name="Amina",
        last_name="Bello",
        headline="Hausa, French and Arabic: conversation that you will use",
        bio=(
            "Linguist and interpreter, between Abuja and Niamey. My sessions are conversation from the "
            "first minute: the market, the meeting, the mother-in-law. Beginners are welcome; nobody is "
            "too old."
        ),
        specializations=("Languages", "Interpreting", "Study abroad"),
        languages=("Hausa", "French", "Arabic", "English"),
        time_zone="Africa/Lagos",
        naira=12_000,
        policy=CancellationPolicy.FLEXIBLE,
        offers=(
            *weekly("Mon Tue Wed Thu", "18:30", minutes=45),
            *weekly("Sat", "12:00", minutes=90, seats=2, naira=8_000),
            *weekly("Sun", "15:00", seats=6, naira=3_000, kind=CONVERSATION),
        ),
        reasons=(
            "French for meetings in Cotonou and Abidjan.",
            "Hausa with my wife's parents.",
            "Preparing for the DELF B2.",
        ),
        remarks=(
            Remark(5, "I spoke more French in one hour than in four years at school."),
            Remark(5, "My in-laws laughed, but they understood me."),
        ),
        reviews=3,
    ),
    DemoConsultant(
        username="zainab.lawal",
        first_name="Zainab",
        last_name="Lawal",
        has_picture=True,
        headline="Product design: from a napkin to something people can use",
        bio=(
            "Product designer, formerly at a bank that everybody has on their telephone. I review flows, "
            "run small usability tests with you and help designers build a portfolio that shows how they "
            "think."
        ),
        specializations=("Product design", "User research", "CV and interviews"),
        languages=("English", "Hausa", "Yoruba"),
        time_zone="Africa/Lagos",
        naira=45_000,
        policy=CancellationPolicy.MODERATE,
        offers=(
            *weekly("Tue Wed Thu", "11:30 15:30"),
            *weekly("Fri", "17:00", minutes=90, seats=4, naira=12_000),
            *weekly("Mon", "16:00", minutes=20, naira=0, kind=INTRODUCTION),
        ),
        reasons=(
            "People leave our sign-up on the third screen.",
            "Portfolio review before I apply abroad.",
            "Five users, one afternoon: how do I test my prototype?",
        ),
        remarks=(
            Remark(5, "Watched one recording of a user and saw what we had missed for months."),
            Remark(4, "Sharp and generous. My portfolio is half as long and twice as good."),
        ),
        reviews=2,
    ),
    DemoConsultant(
        username="sunita.gurung",
        first_name="Sunita",
        last_name="Gurung",
        headline="Data science and remote work across time zones",
        bio=(
            "I lead a data team of nine people in seven countries from Kathmandu. Ask me about dashboards "
            "that get looked at, models that should have been a query, or working well with people who "
            "sleep while you work."
        ),
        specializations=("Data science", "Remote work", "Career change"),
        languages=("English", "Nepali", "Hindi"),
        time_zone="Asia/Kathmandu",
        naira=30_000,
        policy=CancellationPolicy.FLEXIBLE,
        offers=weekly("Mon Wed Fri", "14:00 17:15"),
        reasons=(
            "From accountant to data analyst: what should I learn first?",
            "Which of our twelve dashboards can go?",
        ),
    ),
    DemoConsultant(
        username="efosa.osagie",
        first_name="Efosa",
        last_name="Osagie",
        headline="Buying land and houses in Nigeria without losing sleep",
        bio=(
            "Estate surveyor in Benin City. Before you pay for land, let us look at the title, the survey "
            "plan and the neighbours. I work a lot with Nigerians abroad who cannot visit the plot "
            "themselves."
        ),
        specializations=("Real estate", "Contracts", "Home projects"),
        languages=("English", "Edo"),
        time_zone="Africa/Lagos",
        naira=50_000,
        policy=CancellationPolicy.STRICT,
        offers=(*weekly("Tue Fri", "09:00 12:00 16:00"), *weekly("Wed", "19:00", seats=10, naira=5_000)),
        reasons=(
            "A plot in Lekki with a certificate that looks odd.",
            "Buying a house from Manchester: whom can I send?",
        ),
    ),
)

CONSULTANTS = (DEMO_CONSULTANT, *OTHERS)
