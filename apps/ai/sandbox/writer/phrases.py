"""The sentences a letter is put together from, in both languages; each list holds ways to say one thing."""

from dataclasses import dataclass
from typing import Final

from apps.ai.sandbox.writer.work import Work

Choices = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrases:
    """`{quote}`, `{subject}`, `{tasks}` are the client's words; `{title}`, `{outcomes}`, `{about}` the freelancer's own."""

    greeting: dict[str, str]
    greeting_named: dict[str, str]
    hook_quote: Choices
    hook_task: Choices
    hook_subject: Choices
    proof: Choices
    proof_plain: Choices
    proof_far: Choices
    proof_more: Choices
    proof_about: Choices
    no_proof: Choices
    plan_one: Choices
    plan_two: Choices
    plan_three: Choices
    method: dict[Work, Choices]
    skills: Choices
    about: Choices
    habits: Choices
    question_tasks: Choices
    question: dict[Work, Choices]
    closing: dict[str, str]
    code_word: Choices
    and_word: str


EN: Final = Phrases(
    greeting={"plain": "Hello,", "warm": "Hi there,", "formal": "Good day,"},
    greeting_named={"plain": "Hello {client},", "warm": "Hi {client},", "formal": "Dear {client},"},
    hook_quote=(
        "You write: “{quote}”. That is where I would start.",
        "“{quote}”: this line told me most about what you are after.",
        "The sentence I read twice in your post is “{quote}”.",
        "I am writing because of one line of yours: “{quote}”.",
    ),
    hook_task=(
        "You want someone to {task}. Here is how I would do it, and why I think I can.",
        "To {task}: that is how I read the heart of your post.",
        "What you need, in one line: {task}. I can take that on.",
    ),
    hook_subject=(
        "“{subject}” is short, so I will be concrete about how I would begin and what I would need from you.",
        "Your post, “{subject}”, leaves some things open. Here is what I would do first, and what I would ask.",
        "About “{subject}”: rather than promises, here is what I have finished and how I would begin.",
    ),
    proof=(
        "The nearest thing I have done is {title}. What came of it: {outcomes}.",
        "I did closely related work in {title}. The result: {outcomes}.",
        "My proof that I can do this is {title}: {outcomes}.",
        "I have been through this once with {title}, and the numbers at the end were: {outcomes}.",
    ),
    proof_plain=(
        "The nearest thing I have finished is {title}; it is in my portfolio, so you can judge for yourself.",
        "In my portfolio, look at {title} first: it is the work closest to yours.",
    ),
    proof_far=(
        "To be open with you: I have nothing in exactly this field to show. What shows how I work is {title}: {outcomes}.",
        "My portfolio holds no twin of your project. The work I would point you to is {title}, with this result: {outcomes}.",
    ),
    proof_more=(
        "A second one that may matter to you is {title}: {outcomes}.",
        "There is also {title}, which ended like this: {outcomes}.",
    ),
    proof_about=("What it was about: {about}.", "In a sentence: {about}."),
    no_proof=(
        "I would rather show than claim, so I suggest a small first piece that you can judge before going further.",
        "Judge me by a first small result: I will agree its scope with you before anything larger.",
    ),
    plan_one=("The core of it, as I read it: {a}.", "The main task is clear to me: {a}."),
    plan_two=(
        "My order would be: first {a}, then {b}.",
        "I see two parts. One is to {a}. The other is to {b}.",
        "I would {a} before anything else, and {b} once that stands.",
    ),
    plan_three=(
        "I would split it into three steps:\n1. {a}\n2. {b}\n3. {c}",
        "First I would {a}. Then comes the second part, to {b}. Last, {c}.",
        "As I read it, there are three jobs here: {a}; {b}; and {c}.",
    ),
    method={
        Work.FIX: (
            "I start by reproducing the fault and writing it down as a test that fails, so that we both see when it is really gone.",
            "Before changing a line I would find the cause with logs and a minimal example, and tell you what I found.",
        ),
        Work.SCRAPING: (
            "I would send you fifty rows as a sample first, so that you can correct the columns before the full run.",
            "I begin with one source from end to end, with checks for gaps and repeats, and widen it only when you like the file.",
        ),
        Work.DATA: (
            "I would begin with the questions the numbers must answer, check the sources for gaps, and show you one page early.",
            "First I would check the data itself, since a clean chart of wrong numbers helps nobody, and report what I find.",
        ),
        Work.CHATBOT: (
            "I would collect twenty real questions with the answers you would want, and measure every version against them.",
            "I begin with a narrow version that says “I do not know” when it should, and widen it by what its logs show.",
        ),
        Work.AUTOMATION: (
            "I would draw the flow as it runs today, automate one path from end to end, and make every failure visible.",
            "First one path that runs on its own for a few days, with an alert when a step fails; then the rest.",
        ),
        Work.MOBILE: (
            "You would get an early build on your own phone with one complete path through it, before I widen it.",
            "I would agree the main screens with you first, then ship small builds that you can try on a phone.",
        ),
        Work.DESIGN: (
            "I would show two different directions on one piece first, so that taste is settled before the rest is drawn.",
            "I begin with references you like and dislike, then one finished piece, then the set.",
        ),
        Work.VIDEO: (
            "I would cut the first thirty seconds as a sample, so that pace and style are agreed before the whole.",
            "I begin with a short storyboard in words, which is cheap to change, and only then produce.",
        ),
        Work.TRANSLATION: (
            "I would translate one page first and list the terms, so that tone and vocabulary are yours before the rest.",
            "I begin with a glossary of your terms and a short sample for you to correct.",
        ),
        Work.WRITING: (
            "I would send an outline and the opening paragraph first, so that voice and angle are agreed before the rest.",
            "I begin with who reads it and what they should do next, then an outline, then the text.",
        ),
        Work.MARKETING: (
            "I would fix with you the one number that counts, look at what has been tried, and test small before spending more.",
            "I begin with what already brings you customers, and change one thing at a time so that we learn from it.",
        ),
        Work.OFFICE: (
            "I would do the first batch together with your written rules, note every doubtful case, and ask once instead of guessing.",
            "I begin with a short written checklist from your instructions, so that every item is done the same way.",
        ),
        Work.SOFTWARE: (
            "I would begin with a thin working version that you can click through, tests included, and grow it from there.",
            "First one complete path from the page to the database, running where you can see it; then the rest in small steps.",
        ),
        Work.OTHER: (
            "I would agree with you on what finished means, deliver a first small part early, and go on from your comments.",
            "I begin with one small part, done completely, so that you can correct the direction early.",
        ),
    },
    skills=(
        "From your list of skills I bring {skills}.",
        "My profile has what you name: {skills}.",
        "What I bring of your list: {skills}.",
    ),
    about=("About me in one line: {about}.", "Who is writing: {about}."),
    habits=(
        "You would hear from me in writing after each working day: what is done, what is next, what I need.",
        "I work in small deliveries, so that you can stop or change course at any of them.",
        "If something in the plan turns out to be wrong, I say so at once and with an alternative.",
        "Everything I make is handed over with a short note on how it works, so that you are not tied to me.",
        "I ask early rather than guess, and keep the questions short enough to answer from a phone.",
    ),
    question_tasks=(
        "One question: which should be usable first, to {a} or to {b}?",
        "What matters more for the first delivery: to {a}, or to {b}?",
    ),
    question={
        Work.FIX: (
            "Can you send me one example where it goes wrong, with the time it happened?",
            "When did it last work, and what changed since?",
        ),
        Work.SCRAPING: (
            "Which of the fields must be there, and how often should the file be refreshed?",
            "How many rows do you expect, and in what format?",
        ),
        Work.DATA: (
            "Where does the data live today, and who will read the result?",
            "Which decision should the result make easier?",
        ),
        Work.CHATBOT: (
            "Where would its answers come from, and who reads the conversations today?",
            "Which question must it never get wrong?",
        ),
        Work.AUTOMATION: (
            "Which step costs you the most time today?",
            "Which tools hold the data now, and may I get a test account?",
        ),
        Work.MOBILE: (
            "Are there designs already, or do the screens start with me?",
            "Which of the two platforms do most of your users have?",
        ),
        Work.DESIGN: (
            "Is there a brand guide, or an example that you like?",
            "Where will it be seen first: on a screen or in print?",
        ),
        Work.VIDEO: ("Where will it be published, and how long should it be?", "Is the footage there already?"),
        Work.TRANSLATION: ("How many words is it, and is there a glossary?", "Who will read it, and in which country?"),
        Work.WRITING: (
            "Who should read it, and what should they do afterwards?",
            "Is there a text of yours whose voice I should meet?",
        ),
        Work.MARKETING: (
            "What did a new customer cost you last month?",
            "What has been tried so far, and what did it bring?",
        ),
        Work.OFFICE: (
            "How many items a day are there, and which tool do you keep them in?",
            "Is there a written procedure, or shall I write the first?",
        ),
        Work.SOFTWARE: (
            "Is there code already, or does it start from zero?",
            "Who will use it first, and how many people is that?",
        ),
        Work.OTHER: (
            "What would make you say, at the end, that it was done well?",
            "When do you need the first result?",
        ),
    },
    closing={
        "plain": "Best regards,\n{name}",
        "warm": "Looking forward to your answer,\n{name}",
        "formal": "Yours sincerely,\n{name}",
    },
    code_word=("And the word you asked for: {word}.", "{word} (as asked: your post was read to the end)."),
    and_word="and",
)

UK: Final = Phrases(
    greeting={"plain": "Добрий день!", "warm": "Вітаю!", "formal": "Доброго дня!"},
    greeting_named={"plain": "Добрий день, {client}!", "warm": "Вітаю, {client}!", "formal": "Доброго дня, {client}!"},
    hook_quote=(
        "Ви пишете: «{quote}». Саме з цього пропоную почати.",
        "«{quote}» — цей рядок сказав мені найбільше про ваше завдання.",
        "Речення з вашого оголошення, яке варто прочитати двічі: «{quote}».",
    ),
    hook_task=(
        "Суть вашого завдання, як я її розумію: «{task}». Нижче — як саме я це зроблю.",
        "Головне у вашому оголошенні — «{task}». Беруся за це.",
    ),
    hook_subject=(
        "«{subject}» — опис короткий, тож скажу конкретно, з чого пропоную почати і що знадобиться від вас.",
        "Щодо «{subject}»: замість обіцянок — готова робота і перший крок.",
    ),
    proof=(
        "Найближча вже завершена робота — {title}. Підсумок: {outcomes}.",
        "Дуже схожа робота з мого портфоліо — {title}. Результат: {outcomes}.",
        "Підтвердження — {title}: {outcomes}.",
    ),
    proof_plain=(
        "Найближча завершена робота — {title}; вона є в портфоліо, тож можете оцінити самі.",
        "У портфоліо погляньте спершу на {title}: це найближче до вашого завдання.",
    ),
    proof_far=(
        "Скажу відверто: саме в цій галузі показати мені нічого. Як я працюю, видно з роботи {title}: {outcomes}.",
        "Точної копії вашого завдання в моєму портфоліо немає. Найкраще мене представляє {title}, підсумок: {outcomes}.",
    ),
    proof_more=(
        "Ще одна робота, яка може бути вам цікава, — {title}: {outcomes}.",
        "Є також {title}, підсумок: {outcomes}.",
    ),
    proof_about=("Про що йшлося: {about}.", "Одним реченням: {about}."),
    no_proof=(
        "Краще показати, ніж обіцяти, тому пропоную почати з невеликої частини, яку ви зможете оцінити.",
        "Оцініть мене за першим невеликим результатом: його обсяг узгодимо заздалегідь.",
    ),
    plan_one=("Головне, як я розумію: «{a}».", "Основне завдання мені зрозуміле: «{a}»."),
    plan_two=("Порядок бачу такий: спершу «{a}», потім «{b}».", "Тут дві частини: «{a}» та «{b}»."),
    plan_three=(
        "Пропоную поділити роботу на три кроки:\n1. {a}\n2. {b}\n3. {c}",
        "Бачу тут три завдання: «{a}», «{b}» і «{c}».",
    ),
    method={
        Work.FIX: (
            "Починаю з того, що відтворюю помилку і записую її тестом, аби ми обоє бачили, коли її справді немає.",
        ),
        Work.SCRAPING: ("Спершу надішлю зразок із п'ятдесяти рядків, щоб ви поправили стовпці до повного збору.",),
        Work.DATA: ("Почну з питань, на які мають відповісти цифри, перевірю джерела й рано покажу першу сторінку.",),
        Work.CHATBOT: (
            "Зберу двадцять справжніх запитань із бажаними відповідями й перевірятиму на них кожну версію.",
        ),
        Work.AUTOMATION: (
            "Опишу процес, як він іде зараз, автоматизую один шлях повністю і зроблю кожну відмову помітною.",
        ),
        Work.MOBILE: (
            "Ви рано отримаєте збірку на власний телефон з одним повним сценарієм, і лише тоді я піду вшир.",
        ),
        Work.DESIGN: ("Спершу покажу два різні напрями на одному макеті, щоб домовитися про смак до решти роботи.",),
        Work.VIDEO: ("Спершу змонтую перші тридцять секунд, щоб узгодити темп і стиль.",),
        Work.TRANSLATION: ("Спершу перекладу одну сторінку й складу словник термінів, щоб тон був саме ваш.",),
        Work.WRITING: ("Спершу надішлю план і перший абзац, щоб узгодити голос і думку до решти тексту.",),
        Work.MARKETING: (
            "Визначимо одне головне число, подивимося, що вже пробували, і перевірятимемо ідеї малими кроками.",
        ),
        Work.OFFICE: ("Першу партію зроблю за вашими письмовими правилами, а сумнівні випадки випишу окремо.",),
        Work.SOFTWARE: ("Почну з тонкої робочої версії, яку можна поклікати, з тестами, і нарощуватиму її далі.",),
        Work.OTHER: (
            "Домовимося, що означає «готово», рано здам першу малу частину і піду далі за вашими зауваженнями.",
        ),
    },
    skills=("З вашого переліку навичок у мене є: {skills}.", "Із названого вами в моєму профілі є {skills}."),
    about=("Про мене одним рядком: {about}.", "Хто пише: {about}."),
    habits=(
        "Після кожного робочого дня ви матимете короткий письмовий звіт: що зроблено, що далі, що потрібно від вас.",
        "Працюю малими частинами, тож на будь-якій ви можете зупинитися чи змінити напрям.",
        "Якщо щось у плані виявиться хибним, скажу одразу і запропоную заміну.",
        "Усе здаю з короткою нотаткою, як воно влаштоване, щоб ви від мене не залежали.",
        "Краще рано запитаю, ніж здогадуватимуся, і питатиму коротко.",
    ),
    question_tasks=("Одне запитання: що має запрацювати першим — «{a}» чи «{b}»?",),
    question={
        Work.FIX: ("Чи можете надіслати один приклад, коли щось іде не так, і час, коли це сталося?",),
        Work.SCRAPING: ("Які поля обов'язкові і як часто оновлювати файл?",),
        Work.DATA: ("Де зараз зберігаються дані і хто читатиме результат?",),
        Work.CHATBOT: ("Звідки мають братися відповіді і хто читає розмови зараз?",),
        Work.AUTOMATION: ("Який крок забирає у вас найбільше часу?",),
        Work.MOBILE: ("Чи є вже макети, чи екрани починаються з мене?",),
        Work.DESIGN: ("Чи є брендбук або приклад, який вам до вподоби?",),
        Work.VIDEO: ("Де публікуватимете і якої тривалості має бути відео?",),
        Work.TRANSLATION: ("Скільки там слів і чи є словник термінів?",),
        Work.WRITING: ("Хто це читатиме і що має зробити потім?",),
        Work.MARKETING: ("Скільки коштував вам новий клієнт минулого місяця?",),
        Work.OFFICE: ("Скільки записів на день і в якій програмі ви їх ведете?",),
        Work.SOFTWARE: ("Чи є вже код, чи починаємо з нуля?",),
        Work.OTHER: ("За чим ви наприкінці скажете, що все зроблено добре?",),
    },
    closing={"plain": "З повагою,\n{name}", "warm": "Чекаю на вашу відповідь,\n{name}", "formal": "З пошаною,\n{name}"},
    code_word=("І слово, про яке ви просили: {word}.",),
    and_word="і",
)
