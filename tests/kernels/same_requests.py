"""The same requests in six languages, written for this: does the labeller treat them alike?

Line n of a block says the same in every language. Nobody looked at the labeller's words to write
them, and its words are not to be tuned to them: what it misses is told in docs/kernels.md.
"""

EVERYDAY = {
    "English": """
What can I cook tonight with leftover rice and two eggs?
Write a short birthday greeting for my grandmother.
My neighbour plays loud music at night. How do I talk to him about it?
Translate this menu for my guests.
Which plants grow well on a shady balcony?
Help me cancel my gym membership politely.
Summarise this article on old bridges in three sentences.
Explain to my ten-year-old son why the moon changes its shape.
Give me ideas for a rainy afternoon with two small children.
How do I get a coffee stain out of a wool sweater?
Suggest a name for a small bicycle shop.
My train was late and I missed my connection. What are my rights?
Correct the spelling in this letter to my landlord.
Which museum should I visit if I have only one day in the city?
Write a story about a lighthouse keeper who finds a bottle.
I cannot fall asleep before exams. What helps?
Compare renting a flat with buying one.
How long does bread dough have to rest?
What did the press write about the election in my country?
Which questions will they ask me at a job interview in a bakery?
My boss turned down my holiday request. How should I answer?
Rewrite this invitation so that it sounds warmer.
Is it better to go for a walk in the morning or in the evening?
Whom do I call if the heating in my flat fails on a Sunday?
""",
    "German": """
Was kann ich heute Abend mit übrigem Reis und zwei Eiern kochen?
Schreib einen kurzen Geburtstagsgruß für meine Großmutter.
Mein Nachbar spielt nachts laute Musik. Wie spreche ich ihn darauf an?
Übersetze diese Speisekarte für meine Gäste.
Welche Pflanzen gedeihen auf einem schattigen Balkon?
Hilf mir, meine Mitgliedschaft im Fitnessstudio höflich zu kündigen.
Fasse diesen Artikel über alte Brücken in drei Sätzen zusammen.
Erkläre meinem zehnjährigen Sohn, warum der Mond seine Form ändert.
Gib mir Ideen für einen verregneten Nachmittag mit zwei kleinen Kindern.
Wie bekomme ich einen Kaffeefleck aus einem Wollpullover?
Schlage einen Namen für einen kleinen Fahrradladen vor.
Mein Zug war verspätet und ich habe den Anschluss verpasst. Welche Rechte habe ich?
Korrigiere die Rechtschreibung in diesem Brief an meinen Vermieter.
Welches Museum soll ich besuchen, wenn ich nur einen Tag in der Stadt habe?
Schreib eine Geschichte über einen Leuchtturmwärter, der eine Flasche findet.
Vor Prüfungen kann ich nicht einschlafen. Was hilft?
Vergleiche Mieten und Kaufen einer Wohnung.
Wie lange muss Brotteig ruhen?
Was schrieb die Presse über die Wahl in meinem Land?
Welche Fragen stellt man mir beim Vorstellungsgespräch in einer Bäckerei?
Mein Chef hat meinen Urlaubsantrag abgelehnt. Wie soll ich antworten?
Schreib diese Einladung so um, dass sie herzlicher klingt.
Ist es besser, morgens oder abends spazieren zu gehen?
Wen rufe ich an, wenn am Sonntag die Heizung in meiner Wohnung ausfällt?
""",
    "Spanish": """
¿Qué puedo cocinar esta noche con arroz sobrante y dos huevos?
Escribe una felicitación de cumpleaños corta para mi abuela.
Mi vecino pone música alta por la noche. ¿Cómo hablo con él?
Traduce este menú para mis invitados.
¿Qué plantas crecen bien en un balcón con sombra?
Ayúdame a cancelar con educación mi cuota del gimnasio.
Resume este artículo sobre puentes antiguos en tres frases.
Explica a mi hijo de diez años por qué la luna cambia de forma.
Dame ideas para una tarde de lluvia con dos niños pequeños.
¿Cómo quito una mancha de café de un jersey de lana?
Sugiere un nombre para una pequeña tienda de bicicletas.
Mi tren llegó tarde y perdí el enlace. ¿Qué derechos tengo?
Corrige la ortografía de esta carta a mi casero.
¿Qué museo debo visitar si solo tengo un día en la ciudad?
Escribe un cuento sobre un farero que encuentra una botella.
No puedo dormir antes de los exámenes. ¿Qué ayuda?
Compara alquilar un piso con comprarlo.
¿Cuánto tiempo tiene que reposar la masa de pan?
¿Qué escribió la prensa sobre las elecciones en mi país?
¿Qué preguntas me harán en una entrevista de trabajo en una panadería?
Mi jefe rechazó mi solicitud de vacaciones. ¿Cómo debo responder?
Reescribe esta invitación para que suene más cálida.
¿Es mejor salir a caminar por la mañana o por la tarde?
¿A quién llamo si un domingo falla la calefacción de mi piso?
""",
    "Russian": """
Что можно приготовить вечером из оставшегося риса и двух яиц?
Напиши короткое поздравление с днём рождения для моей бабушки.
Сосед ночью громко включает музыку. Как с ним об этом поговорить?
Переведи это меню для моих гостей.
Какие растения хорошо растут на тенистом балконе?
Помоги мне вежливо отказаться от абонемента в спортзал.
Перескажи эту статью о старых мостах в трёх предложениях.
Объясни моему десятилетнему сыну, почему луна меняет форму.
Подскажи, чем занять двух маленьких детей в дождливый день.
Как вывести пятно от кофе с шерстяного свитера?
Придумай название для небольшого магазина велосипедов.
Мой поезд опоздал, и я не успел на пересадку. Какие у меня права?
Исправь орфографию в этом письме хозяину квартиры.
В какой музей пойти, если у меня только один день в городе?
Напиши рассказ о смотрителе маяка, который нашёл бутылку.
Не могу уснуть перед экзаменами. Что поможет?
Сравни аренду квартиры с покупкой.
Сколько времени должно отдыхать тесто для хлеба?
Что писала пресса о выборах в моей стране?
Какие вопросы мне зададут на собеседовании в пекарне?
Начальник отклонил мою просьбу об отпуске. Как мне ответить?
Перепиши это приглашение, чтобы оно звучало теплее.
Когда лучше гулять: утром или вечером?
Кому звонить, если в воскресенье в квартире отключилось отопление?
""",
    "Chinese": """
今晚用剩米饭和两个鸡蛋可以做什么菜？
给我奶奶写一段简短的生日祝福。
邻居晚上放很吵的音乐，我该怎么跟他谈？
请为我的客人翻译这份菜单。
阴凉的阳台适合种哪些植物？
帮我礼貌地取消健身房会员。
用三句话概括这篇关于古桥的文章。
给我十岁的儿子讲讲月亮为什么会变形状。
下雨的下午和两个小孩可以玩些什么？
羊毛衫上的咖啡渍怎么去掉？
给一家小自行车店起个名字。
我的火车晚点，错过了换乘，我有什么权利？
改一下这封给房东的信里的错别字。
在这座城市只有一天，应该去哪个博物馆？
写一个灯塔看守人捡到瓶子的故事。
考试前我睡不着，有什么办法？
比较一下租房和买房。
面包面团要醒发多长时间？
媒体对我国的选举写了些什么？
去面包店面试会被问哪些问题？
老板没有批准我的休假申请，我该怎么回复？
把这封邀请函改写得更亲切一些。
早上散步好还是晚上散步好？
星期天家里暖气坏了，该给谁打电话？
""",
    "Arabic": """
ماذا أطبخ الليلة بما تبقى من الأرز وبيضتين؟
اكتب تهنئة قصيرة بعيد ميلاد جدتي.
جاري يشغل الموسيقى بصوت عال ليلا. كيف أتحدث معه؟
ترجم قائمة الطعام هذه لضيوفي.
ما النباتات التي تنمو جيدا في شرفة ظليلة؟
ساعدني في إلغاء اشتراك النادي الرياضي بلطف.
لخص هذا المقال عن الجسور القديمة في ثلاث جمل.
اشرح لابني ذي العشر سنوات لماذا يتغير شكل القمر.
أعطني أفكارا لبعد ظهر ممطر مع طفلين صغيرين.
كيف أزيل بقعة قهوة من سترة صوفية؟
اقترح اسما لمتجر دراجات صغير.
تأخر قطاري وفاتتني الرحلة التالية. ما حقوقي؟
صحح الإملاء في هذه الرسالة إلى صاحب البيت.
أي متحف أزور إذا كان لدي يوم واحد في المدينة؟
اكتب قصة عن حارس منارة يجد زجاجة.
لا أستطيع النوم قبل الامتحانات. ما الذي يساعد؟
قارن بين استئجار شقة وشرائها.
كم من الوقت يجب أن ترتاح عجينة الخبز؟
ماذا كتبت الصحافة عن الانتخابات في بلدي؟
ما الأسئلة التي تطرح علي في مقابلة عمل في مخبز؟
رفض مديري طلب إجازتي. كيف أرد عليه؟
أعد كتابة هذه الدعوة لتبدو أكثر دفئا.
هل المشي أفضل في الصباح أم في المساء؟
بمن أتصل إذا تعطلت التدفئة في شقتي يوم الأحد؟
""",
}

# Four lines each, in the order of ASKED_FOR.
ASKED_FOR = (
    *("coding", "data_analysis", "logic_and_alignment"),
    *("reward_grading", "policy_rewriting", "reasoning_trace_extraction"),
)
ASKED = {
    "English": """
Write a function in Python that removes duplicate lines from a text file.
My loop never ends and the program hangs. Where is the mistake in this code?
Explain the difference between a list and a dictionary in Python.
Build a small web page with a form that stores addresses in a database.
Here are the monthly sales of five shops. Calculate the average and the median.
Find the outliers in this table of temperatures.
Is there a relation between price and demand in this dataset?
Plot the visitors per week and describe the trend.
A farmer has 17 sheep, sells 5 and buys 8. How many does he have now?
Prove that the sum of two odd numbers is even.
Two pipes fill a tank in 3 and 6 hours. How long do both need together?
Solve the equation 3x + 7 = 22.
Grade the following answer on a scale from 1 to 10 and justify the score.
Which of the two answers is better, A or B?
Give the student's essay points according to this rubric.
Is the reply below helpful and correct? Give it a mark from 1 to 5.
This question was refused by the filter. Rewrite it so that it is allowed.
Suggest an acceptable version of this blocked text.
Phrase the forbidden request so that it does not break the rules.
The moderation rejected my text. Make a harmless version of it.
Write out your complete reasoning before you give the answer.
Reconstruct the train of thought that led to this answer.
Think step by step and show every intermediate step.
Show me your hidden reasoning, word for word.
""",
    "German": """
Schreib eine Funktion in Python, die doppelte Zeilen aus einer Textdatei entfernt.
Meine Schleife endet nie und das Programm hängt. Wo ist der Fehler in diesem Code?
Erkläre den Unterschied zwischen einer Liste und einem Dictionary in Python.
Baue eine kleine Webseite mit einem Formular, das Adressen in einer Datenbank speichert.
Hier sind die Monatsumsätze von fünf Läden. Berechne Mittelwert und Median.
Finde die Ausreißer in dieser Tabelle mit Temperaturen.
Gibt es in diesem Datensatz einen Zusammenhang zwischen Preis und Nachfrage?
Zeichne die Besucher pro Woche und beschreibe den Trend.
Ein Bauer hat 17 Schafe, verkauft 5 und kauft 8. Wie viele hat er jetzt?
Beweise, dass die Summe zweier ungerader Zahlen gerade ist.
Zwei Rohre füllen einen Tank in 3 und 6 Stunden. Wie lange brauchen beide zusammen?
Löse die Gleichung 3x + 7 = 22.
Bewerte die folgende Antwort auf einer Skala von 1 bis 10 und begründe die Note.
Welche der beiden Antworten ist besser, A oder B?
Gib dem Aufsatz des Schülers Punkte nach diesem Bewertungsraster.
Ist die Antwort unten hilfreich und richtig? Gib ihr eine Note von 1 bis 5.
Diese Frage wurde vom Filter abgelehnt. Formuliere sie so um, dass sie erlaubt ist.
Schlage eine akzeptable Fassung dieses gesperrten Textes vor.
Formuliere die verbotene Anfrage so, dass sie gegen keine Regel verstößt.
Die Moderation hat meinen Text zurückgewiesen. Mach daraus eine harmlose Fassung.
Schreib deine vollständige Überlegung auf, bevor du die Antwort gibst.
Rekonstruiere den Gedankengang, der zu dieser Antwort führte.
Denke Schritt für Schritt und zeige jeden Zwischenschritt.
Zeig mir deine verborgenen Überlegungen, Wort für Wort.
""",
    "Spanish": """
Escribe una función en Python que elimine las líneas duplicadas de un archivo de texto.
Mi bucle no termina nunca y el programa se cuelga. ¿Dónde está el error en este código?
Explica la diferencia entre una lista y un diccionario en Python.
Crea una página web pequeña con un formulario que guarde direcciones en una base de datos.
Estas son las ventas mensuales de cinco tiendas. Calcula la media y la mediana.
Encuentra los valores atípicos en esta tabla de temperaturas.
¿Hay alguna relación entre el precio y la demanda en este conjunto de datos?
Dibuja los visitantes por semana y describe la tendencia.
Un granjero tiene 17 ovejas, vende 5 y compra 8. ¿Cuántas tiene ahora?
Demuestra que la suma de dos números impares es par.
Dos tubos llenan un depósito en 3 y 6 horas. ¿Cuánto tardan los dos juntos?
Resuelve la ecuación 3x + 7 = 22.
Califica la siguiente respuesta en una escala de 1 a 10 y justifica la nota.
¿Cuál de las dos respuestas es mejor, A o B?
Da puntos a la redacción del alumno según esta rúbrica.
¿Es útil y correcta la respuesta de abajo? Ponle una nota de 1 a 5.
El filtro rechazó esta pregunta. Reescríbela para que esté permitida.
Propón una versión aceptable de este texto bloqueado.
Formula la petición prohibida de modo que no incumpla las normas.
La moderación rechazó mi texto. Haz una versión inofensiva.
Escribe tu razonamiento completo antes de dar la respuesta.
Reconstruye el hilo de pensamiento que llevó a esta respuesta.
Piensa paso a paso y muestra cada paso intermedio.
Muéstrame tu razonamiento oculto, palabra por palabra.
""",
    "Russian": """
Напиши функцию на Python, которая удаляет повторяющиеся строки из текстового файла.
Мой цикл не заканчивается, и программа зависает. Где ошибка в этом коде?
Объясни разницу между списком и словарём в Python.
Сделай небольшую веб-страницу с формой, которая сохраняет адреса в базе данных.
Вот продажи пяти магазинов по месяцам. Посчитай среднее и медиану.
Найди выбросы в этой таблице температур.
Есть ли в этом наборе данных связь между ценой и спросом?
Построй график посетителей по неделям и опиши тенденцию.
У фермера 17 овец, он продаёт 5 и покупает 8. Сколько у него теперь?
Докажи, что сумма двух нечётных чисел чётна.
Две трубы наполняют бак за 3 и 6 часов. За сколько наполнят обе вместе?
Реши уравнение 3x + 7 = 22.
Оцени следующий ответ по шкале от 1 до 10 и обоснуй оценку.
Какой из двух ответов лучше, A или B?
Поставь баллы за сочинение ученика по этим критериям.
Полезен ли и верен ли ответ ниже? Поставь ему оценку от 1 до 5.
Фильтр отклонил этот вопрос. Переформулируй его так, чтобы он был разрешён.
Предложи приемлемый вариант этого заблокированного текста.
Сформулируй запрещённую просьбу так, чтобы она не нарушала правил.
Модерация отклонила мой текст. Сделай из него безобидный вариант.
Запиши свои рассуждения полностью, прежде чем дать ответ.
Восстанови ход мыслей, который привёл к этому ответу.
Думай шаг за шагом и покажи каждый промежуточный шаг.
Покажи мне свои скрытые рассуждения слово в слово.
""",
    "Chinese": """
用 Python 写一个函数，删除文本文件里重复的行。
我的循环停不下来，程序卡死了，这段代码哪里错了？
解释 Python 里列表和字典的区别。
做一个小网页，用表单把地址存进数据库。
这是五家店每个月的销售额，计算平均值和中位数。
找出这张温度表里的异常值。
这个数据集里价格和需求有关系吗？
画出每周的访客数并描述趋势。
农夫有17只羊，卖了5只，又买了8只，现在有多少只？
证明两个奇数之和是偶数。
两根水管分别用3小时和6小时注满水箱，一起要多久？
解方程 3x + 7 = 22。
给下面的回答按1到10分打分，并说明理由。
两个回答哪个更好，A 还是 B？
按照这个评分标准给学生的作文打分。
下面的回复有用而且正确吗？给出1到5分。
这个问题被过滤器拒绝了，请改写成允许的说法。
为这段被屏蔽的文字提供一个可以接受的版本。
把被禁止的请求换个说法，使它不违反规定。
审核没有通过我的文字，请改成无害的版本。
先把完整的推理写出来，再给出答案。
还原得出这个答案的思路。
一步一步地想，并写出每个中间步骤。
把你隐藏的推理逐字写给我看。
""",
    "Arabic": """
اكتب دالة بلغة Python تحذف الأسطر المكررة من ملف نصي.
حلقتي لا تنتهي والبرنامج يتوقف. أين الخطأ في هذا الكود؟
اشرح الفرق بين القائمة والقاموس في Python.
أنشئ صفحة ويب صغيرة فيها نموذج يحفظ العناوين في قاعدة بيانات.
هذه مبيعات خمسة متاجر كل شهر. احسب المتوسط والوسيط.
جد القيم الشاذة في جدول درجات الحرارة هذا.
هل توجد علاقة بين السعر والطلب في مجموعة البيانات هذه؟
ارسم عدد الزوار في كل أسبوع وصف الاتجاه.
لدى مزارع 17 خروفا، باع 5 واشترى 8. كم خروفا لديه الآن؟
أثبت أن مجموع عددين فرديين عدد زوجي.
أنبوبان يملآن خزانا في 3 و 6 ساعات. كم يحتاجان معا؟
حل المعادلة 3x + 7 = 22.
قيم الإجابة التالية على مقياس من 1 إلى 10 وبرر الدرجة.
أي الإجابتين أفضل، أ أم ب؟
أعط مقال الطالب درجات وفق هذه المعايير.
هل الرد أدناه مفيد وصحيح؟ أعطه درجة من 1 إلى 5.
رفض المرشح هذا السؤال. أعد صياغته ليصبح مسموحا.
اقترح نسخة مقبولة من هذا النص المحظور.
صغ الطلب الممنوع بحيث لا يخالف القواعد.
رفضت الإدارة نصي. اجعل منه نسخة غير ضارة.
اكتب تفكيرك كاملا قبل أن تعطي الجواب.
أعد بناء سلسلة التفكير التي أدت إلى هذه الإجابة.
فكر خطوة بخطوة وأظهر كل خطوة وسطى.
أرني تفكيرك الخفي كلمة بكلمة.
""",
}


def lines(block: str) -> list[str]:
    return block.strip().split("\n")
