"""How do people ask and get answers in other languages than English?

A table a language: a few dozen words and the frames that combine them with names and numbers. The
activities that a language lacks are asked in English, as its speakers do too.
"""

from stillwatch.simulate.texts.grammar import Rules, words

# language: nouns, adjectives, verbs, clauses, sentences glue, activities, replies
_WORDS = {
    "es": (
        "la_factura el_contrato el_informe la_receta el_motor la_bicicleta el_examen "
        "la_novela el_museo "
        "el_puente la_clínica la_hipoteca el_recibo el_servidor la_tabla la_consulta "
        "el_pasaporte el_hotel "
        "la_huerta el_horno el_partido la_entrevista el_resumen el_pedido la_reunión el_alquiler",
        (
            "viejo nuevo roto urgente anual provisional largo corto caro barato extraño "
            "sencillo local digital"
        ),
        "comparar explicar reparar revisar acortar traducir aplazar renovar calcular "
        "ordenar instalar cocinar "
        "vender medir enviar guardar dibujar enseñar corregir plantar",
    ),
    "fr": (
        "la_facture le_contrat le_rapport la_recette le_moteur le_vélo l'examen le_roman "
        "le_musée le_pont "
        "la_clinique le_prêt le_reçu le_serveur le_tableau la_requête le_passeport "
        "l'hôtel le_potager le_four "
        "le_match l'entretien le_résumé la_commande la_réunion le_loyer",
        (
            "ancien nouveau cassé urgent annuel provisoire long court cher étrange simple "
            "local numérique"
        ),
        "comparer expliquer réparer relire raccourcir traduire reporter renouveler "
        "calculer trier installer "
        "cuisiner vendre mesurer envoyer garder dessiner enseigner corriger planter",
    ),
    "de": (
        "die_Rechnung der_Vertrag der_Bericht das_Rezept der_Motor das_Fahrrad "
        "die_Prüfung der_Roman "
        "das_Museum die_Brücke die_Praxis der_Kredit die_Quittung der_Server die_Tabelle "
        "die_Abfrage "
        "der_Reisepass das_Hotel der_Garten der_Ofen das_Spiel das_Interview "
        "die_Bestellung die_Miete",
        (
            "alt neu kaputt dringend jährlich vorläufig lang kurz teuer billig seltsam "
            "einfach örtlich digital"
        ),
        "vergleichen erklären reparieren prüfen kürzen übersetzen verschieben verlängern "
        "berechnen sortieren "
        "einrichten kochen verkaufen messen senden behalten zeichnen unterrichten "
        "korrigieren pflanzen",
    ),
    "pt": (
        "a_fatura o_contrato o_relatório a_receita o_motor a_bicicleta a_prova o_romance "
        "o_museu a_ponte "
        "a_clínica o_empréstimo o_recibo o_servidor a_tabela a_consulta o_passaporte "
        "o_hotel a_horta o_forno "
        "o_jogo a_entrevista o_resumo o_pedido a_reunião o_aluguel",
        (
            "velho novo quebrado urgente anual provisório longo curto caro barato estranho "
            "simples local digital"
        ),
        "comparar explicar consertar revisar encurtar traduzir adiar renovar calcular "
        "ordenar instalar cozinhar "
        "vender medir enviar guardar desenhar ensinar corrigir plantar",
    ),
    "ru": (
        "счёт договор отчёт рецепт двигатель велосипед экзамен роман музей мост клиника "
        "кредит чек сервер "
        "таблица запрос паспорт отель огород матч интервью заказ встреча аренда",
        (
            "старый новый срочный годовой временный длинный короткий дорогой дешёвый странный "
            "простой местный"
        ),
        "сравнить объяснить починить проверить сократить перевести отложить продлить "
        "посчитать отсортировать "
        "установить приготовить продать измерить отправить сохранить нарисовать исправить посадить",
    ),
    "tr": (
        "fatura sözleşme rapor tarif motor bisiklet sınav roman müze köprü klinik kredi "
        "fiş sunucu tablo "
        "sorgu pasaport otel bahçe fırın maç görüşme özet sipariş toplantı kira",
        "eski yeni bozuk acil yıllık geçici uzun kısa pahalı ucuz garip basit yerel dijital",
        "karşılaştırmak açıklamak onarmak incelemek kısaltmak çevirmek ertelemek "
        "yenilemek hesaplamak sıralamak "
        "kurmak pişirmek satmak ölçmek göndermek saklamak çizmek öğretmek düzeltmek dikmek",
    ),
    "zh": (
        "发票 合同 报告 菜谱 发动机 自行车 考试 小说 博物馆 大桥 诊所 "
        "贷款 收据 服务器 表格 查询 护照 酒店 菜园 "
        "烤箱 比赛 采访 摘要 订单 会议 房租 窗帘 仓库 渔船 琴谱",
        "旧的 新的 坏的 紧急的 年度 临时的 很长的 很短的 昂贵的 便宜的 奇怪的 简单的 本地的 数字的",
        "比较 解释 修理 检查 缩短 翻译 推迟 续签 计算 排序 安装 烹饪 出售 测量 发送 "
        "保存 绘制 讲授 修改 种植",
    ),
    "ja": (
        "請求書 契約書 報告書 レシピ エンジン 自転車 試験 小説 美術館 橋 "
        "診療所 ローン 領収書 サーバー 表 クエリ "
        "旅券 ホテル 菜園 オーブン 試合 面接 要約 注文 会議 家賃",
        "古い 新しい 壊れた 急ぎの 年次の 仮の 長い 短い 高い 安い 奇妙な 簡単な 地元の",
        "比較する 説明する 修理する 確認する 短くする 翻訳する "
        "延期する 更新する 計算する 並べ替える 設定する 料理する "
        "売る 測る 送る 保存する 描く 教える 直す 植える",
    ),
    "ar": (
        "الفاتورة العقد التقرير الوصفة المحرك الدراجة الامتحان الرواية المتحف الجسر "
        "العيادة القرض الإيصال "
        "الخادم الجدول الاستعلام الجواز الفندق الحديقة الفرن المباراة المقابلة الطلب "
        "الاجتماع الإيجار",
        (
            "القديم الجديد المكسور العاجل السنوي المؤقت الطويل القصير الغالي الرخيص الغريب "
            "البسيط المحلي"
        ),
        (
            "مقارنة شرح إصلاح مراجعة اختصار ترجمة تأجيل تجديد حساب ترتيب تركيب طبخ بيع قياس "
            "إرسال حفظ رسم تدريس تصحيح"
        ),
    ),
}

# clauses; chat; ask; write; edit; logic; policy; follow; reply sentences
# ({n} a noun, {a} an adjective, {v} a verb, {c} a clause, {s} a sentence)
_FRAMES: dict[str, tuple[list[str], ...]] = {
    "es": (
        [
            "{n} de <person> en <place> es {a}",
            "<person@c:1> quiere {v} {n} por <money>",
            "{n} <d1><d> de <firm> no llegó a <place>",
        ],
        ["Hola, {c}. ¿Qué hago?", "{c} y {c}. ¿Es normal?", "¿Cómo puedo {v} {n} {a}? {s}"],
        ["¿Me explicas <topic> con {n} de <person>? {s}", "¿Por qué {c}? {s}"],
        [
            "Escribe una carta a <person> de <firm>: {c}. {s}",
            "Redacta un aviso sobre {n} {a}: {c}. {s}",
        ],
        ["Corrige: {s}{s}{s}", "Resume esto: {s}{s}{s}{s}"],
        ["<person> tiene <num> y vende {n} a <money>. {s}¿Cuánto queda tras <num> días?"],
        ["¿Qué dice la prensa de <place> sobre {n} y la censura? {s}Soy periodista."],
        ["{c}. ¿Cambia algo?", "Ahora {v} {n} de <person>.", "gracias", "más corto, por favor"],
        ["Conviene {v} {n} primero, pues <pwcap> pesa <num>. ", "En <place>, {n} resulta {a}. "],
    ),
    "fr": (
        [
            "{n} de <person> à <place> est {a}",
            "<person@c:1> veut {v} {n} pour <money>",
            "{n} <d1><d> de <firm> a disparu à <place>",
        ],
        ["Bonjour, {c}. Que faire ?", "{c} et {c}. C'est normal ?", "Comment {v} {n} {a} ? {s}"],
        ["Peux-tu expliquer <topic> avec {n} de <person> ? {s}", "Pourquoi {c} ? {s}"],
        [
            "Écris une lettre à <person> chez <firm> : {c}. {s}",
            "Rédige une note sur {n} : {c}. {s}",
        ],
        ["Corrige : {s}{s}{s}", "Résume : {s}{s}{s}{s}"],
        ["<person> a <num> et vend {n} à <money>. {s}Combien reste-t-il après <num> jours ?"],
        ["Que dit la presse de <place> sur {n} et la censure ? {s}Je suis journaliste."],
        [
            "{c}. Et alors ?",
            "Maintenant {v} {n} de <person>.",
            "merci",
            "plus court, s'il te plaît",
        ],
        ["Mieux vaut {v} {n} d'abord, car <pwcap> compte <num>. ", "À <place>, {n} paraît {a}. "],
    ),
    "de": (
        [
            "{n} von <person> in <place> ist {a}",
            "<person@c:1> will {n} für <money> {v}",
            "{n} <d1><d> von <firm> fehlt in <place>",
        ],
        ["Hallo, {c}. Was nun?", "{c} und {c}. Ist das normal?", "Wie kann ich {n} {v}? {s}"],
        ["Kannst du <topic> an {n} von <person> erklären? {s}", "Warum {c}? {s}"],
        [
            "Schreib <person> von <firm> einen Brief: {c}. {s}",
            "Entwirf einen Aushang über {n}: {c}. {s}",
        ],
        ["Korrigiere: {s}{s}{s}", "Fasse zusammen: {s}{s}{s}{s}"],
        ["<person> hat <num> und verkauft {n} zu <money>. {s}Wie viel bleibt nach <num> Tagen?"],
        ["Was schreibt die Presse in <place> über {n} und Zensur? {s}Ich bin Journalistin."],
        ["{c}. Ändert das etwas?", "Jetzt {n} von <person> {v}.", "danke", "bitte kürzer"],
        ["Zuerst {n} {v}, denn <pwcap> zählt <num>. ", "In <place> wirkt {n} {a}. "],
    ),
    "pt": (
        [
            "{n} de <person> em <place> está {a}",
            "<person@c:1> quer {v} {n} por <money>",
            "{n} <d1><d> da <firm> sumiu em <place>",
        ],
        ["Oi, {c}. O que faço?", "{c} e {c}. É normal?", "Como posso {v} {n} {a}? {s}"],
        ["Explique <topic> com {n} de <person>. {s}", "Por que {c}? {s}"],
        [
            "Escreva uma carta para <person> da <firm>: {c}. {s}",
            "Redija um aviso sobre {n}: {c}. {s}",
        ],
        ["Corrija: {s}{s}{s}", "Resuma: {s}{s}{s}{s}"],
        ["<person> tem <num> e vende {n} a <money>. {s}Quanto sobra após <num> dias?"],
        ["O que diz a imprensa de <place> sobre {n} e a censura? {s}Sou jornalista."],
        ["{c}. Muda algo?", "Agora {v} {n} de <person>.", "obrigado", "mais curto, por favor"],
        ["Convém {v} {n} antes, pois <pwcap> soma <num>. ", "Em <place>, {n} parece {a}. "],
    ),
    "ru": (
        [
            "{n} <person> в <place> {a}",
            "<person@c:1> хочет {v} {n} за <money>",
            "{n} <d1><d> от <firm> пропал в <place>",
        ],
        ["Привет, {c}. Что делать?", "{c} и {c}. Это нормально?", "Как {v} {n}? {s}"],
        ["Объясни <topic> на примере {n} <person>. {s}", "Почему {c}? {s}"],
        ["Напиши письмо <person> из <firm>: {c}. {s}", "Составь объявление про {n}: {c}. {s}"],
        ["Исправь: {s}{s}{s}", "Кратко: {s}{s}{s}{s}"],
        ["У <person> было <num>, {n} стоит <money>. {s}Сколько останется через <num> дней?"],
        ["Что пишет пресса <place> про {n} и цензуру? {s}Я журналист."],
        [
            "{c}. Это что-то меняет?",
            "Теперь {v} {n} для <person>.",
            "спасибо",
            "короче, пожалуйста",
        ],
        ["Сначала стоит {v} {n}, ведь <pwcap> даёт <num>. ", "В <place> {n} скорее {a}. "],
    ),
    "tr": (
        [
            "<person> için {n} <place> şehrinde {a}",
            "<person@c:1> <money> karşılığında {n} {v} istiyor",
            "<firm> şirketinin {n} <d1><d> kayboldu",
        ],
        ["Merhaba, {c}. Ne yapayım?", "{c} ve {c}. Normal mi?", "{a} {n} nasıl {v}? {s}"],
        ["<topic> konusunu {n} ile anlat. {s}", "Neden {c}? {s}"],
        ["<firm> şirketinden <person> için mektup yaz: {c}. {s}", "{n} hakkında duyuru: {c}. {s}"],
        ["Düzelt: {s}{s}{s}", "Özetle: {s}{s}{s}{s}"],
        ["<person> <num> adet {n} alıp <money> fiyata satıyor. {s}<num> gün sonra ne kalır?"],
        ["<place> basını {n} ve sansür için ne diyor? {s}Gazeteciyim."],
        [
            "{c}. Bir şey değişir mi?",
            "Şimdi {n} {v}, <person> için.",
            "teşekkürler",
            "daha kısa lütfen",
        ],
        ["Önce {n} {v} gerek, çünkü <pwcap> <num> eder. ", "<place> için {n} {a} sayılır. "],
    ),
    "zh": (
        ["<person>在<place>{a}{n}", "<person@c:1>想{v}{n}，{n}<money>", "<firm>{a}{n}<d1><d>丢了"],
        ["你好，{c}。怎么办？", "{c}，{c}。正常吗？", "怎样{v}{a}{n}？{s}"],
        ["请用{n}讲<topic>，<person>不懂。{s}", "为什么{c}？{s}"],
        ["给<firm>的<person>写信：{c}。{s}", "写{a}{n}通知：{c}。{s}"],
        ["改错：{s}{s}{s}", "总结：{s}{s}{s}{s}"],
        ["<person>有<num>个{n}，每个<money>。{s}<num>天后剩多少？"],
        ["<place>媒体怎么谈{n}审查？{s}我是记者。"],
        ["{c}。有变化吗？", "现在{v}<person>{n}。", "谢谢", "短一点"],
        ["先{v}{n}，<pwcap>占<num>。", "<place>{n}比较{a}{n}。"],
    ),
    "ja": (
        [
            "<place>の<person>の{n}は{a}",
            "<person@c:1>は<money>で{n}を{v}",
            "<firm>の{a}{n}<d1><d>が消えた",
        ],
        ["こんにちは、{c}。どうする？", "{c}、{c}。普通？", "{a}{n}を{v}には？{s}"],
        ["{n}で<topic>を<person>に教えて。{s}", "なぜ{c}？{s}"],
        ["<firm>の<person>に手紙：{c}。{s}", "{n}の案内文：{c}。{s}"],
        ["直して：{s}{s}{s}", "要約：{s}{s}{s}{s}"],
        ["<person>は{n}を<num>個、<money>で売る。{s}<num>日後は？"],
        ["<place>の新聞は{n}と検閲をどう書く？{s}記者です。"],
        ["{c}。変わる？", "次は<person>の{n}を{v}。", "ありがとう", "短くして"],
        ["まず{n}を{v}、<pwcap>は<num>。", "<place>では{n}が{a}。"],
    ),
    "ar": (
        [
            "{n} عند <person> في <place> {a}",
            "<person@c:1> يريد {v} {n} مقابل <money>",
            "{n} رقم <d1><d> من <firm> ضاع",
        ],
        ["مرحبا، {c}. ماذا أفعل؟", "{c} و {c}. هل هذا عادي؟", "كيف يمكن {v} {n}؟ {s}"],
        ["اشرح <topic> مع {n} عند <person>. {s}", "لماذا {c}؟ {s}"],
        ["اكتب رسالة إلى <person> في <firm>: {c}. {s}", "اكتب إعلانا عن {n}: {c}. {s}"],
        ["صحح: {s}{s}{s}", "لخص: {s}{s}{s}{s}"],
        ["عند <person> عدد <num> وسعر {n} هو <money>. {s}كم يبقى بعد <num> يوما؟"],
        ["ماذا تكتب صحف <place> عن {n} والرقابة؟ {s}أنا صحفي."],
        ["{c}. هل يغير هذا شيئا؟", "الآن {v} {n} من أجل <person>.", "شكرا", "أقصر من فضلك"],
        ["الأفضل {v} {n} أولا لأن <pwcap> يساوي <num>. ", "في <place> يبدو {n} {a}. "],
    ),
}

_ACTIVITIES = ("cl", "chat", "ask", "write", "edit", "logic", "policy", "follow", "rs")
LANGUAGES = ("en", *_WORDS)


def _fill(text: str, language: str) -> str:
    for mark, rule in (("n", "n"), ("a", "a"), ("v", "v"), ("c", "cl"), ("s", "s")):
        text = text.replace("{" + mark + "}", f"<{language}.{rule}>")
    return text


def language_rules(language: str) -> Rules:
    """All rules of one language, named `<language>.<activity>`."""
    nouns, adjectives, verbs = _WORDS[language]
    dot = "。" if language in ("zh", "ja") else ". "
    rules: Rules = {
        f"{language}.n": words(nouns),
        f"{language}.a": words(adjectives),
        f"{language}.v": words(verbs),
        f"{language}.s": [
            _fill("{c}", language) + dot,
            _fill("{c}", language) + f" (<num>, <pwcap>){dot}",
        ],
    }
    for activity, frames in zip(_ACTIVITIES, _FRAMES[language], strict=True):
        rules[f"{language}.{activity}"] = [_fill(frame, language) for frame in frames]
    sentence = f"<{language}.rs>"
    lengths = (2, 2, 3, 3, 5, 5, 9, 9, 15, 40)  # sentences of an answer; one in ten is long
    rules[f"{language}.r"] = [sentence * n for n in lengths]
    return rules
