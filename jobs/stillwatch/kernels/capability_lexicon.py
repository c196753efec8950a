"""Which words speak of which capability? Data only; capability.py says how they are weighed.

Phrases of a group are divided by `|`. No group names a political subject, a country, a person or a
party: whether a text is about one must not show in any label.
"""

GROUPS = {
    # Grading: somebody else's answer is judged.
    "grade": (
        "grade|grading|rate|rating|ratings|score|scores|scored|scoring|evaluate|evaluating"
        "|evaluation|assess|assessing|assessment|judge|judging|rank|ranking|critique|compare"
        "|verdict|califica|evalúa|puntúa|note|évalue|évaluez|notez|bewerte|bewerten|avalie|pontue"
        "|valuta|оцени|оцените|评分|打分|评估|评价|採点|評価|평가|قيّم|قيم"
    ),
    "answer": (
        "response|responses|answer|answers|output|outputs|completion|completions|reply|replies"
        "|candidate|candidates|submission|submissions|solution|solutions|assistant a|assistant b"
        "|student answer|respuesta|respuestas|réponse|réponses|antwort|antworten|resposta"
        "|respostas|risposta|risposte|ответ|ответы|回答|答案|答复|回复|応答|답변|إجابة|الإجابة"
    ),
    "scale": (
        "rubric|rubrics|score rubric|scoring criteria|grading criteria|evaluation criteria"
        "|criteria|scale of 1|scale from 1|scale of 0|from 1 to 5|from 1 to 10|from 0 to 10"
        "|1 to 5|1 to 10|0 to 10|1 10|1 5|0 100|out of 5|out of 10|out of 100|score between"
        "|integer between|number between|score from|a score|score of|likert|points|pairwise"
        "|final score|overall score|numeric score|rúbrica|escala|barème|grille|skala|escala de"
        "|шкале|критерии|критериям|баллов|评分标准|分数|満点|点満点|점수"
    ),
    "judge": (
        "impartial judge|act as a judge|as a judge|expert evaluator|you are an evaluator"
        "|fair judge|strict grader|you are a grader|reward model|preference model"
        "|preference label|which response is better|which answer is better"
        "|which of the two responses|the better response|better answer|better of the two"
        "|score rubric|grade the following|evaluate the quality of the|rate the following"
        "|rate this answer|rate this response|score the following|grade this answer"
        "|reference answer|response to evaluate|explain the score|justify the score"
        "|output only the score|return only a score|return only the score"
        "|reply with a single number|verdict by|评分员|公正的评委"
    ),
    # Reasoning to be written out.
    "thought": (
        "chain of thought|chains of thought|thought process|thought processes|thinking process"
        "|reasoning process|reasoning trace|reasoning traces|reasoning chain|reasoning steps"
        "|internal reasoning|inner reasoning|hidden reasoning|private reasoning|full reasoning"
        "|complete reasoning|entire reasoning|step by step reasoning|internal monologue"
        "|inner monologue|internal thoughts|inner thoughts|intermediate reasoning"
        "|line of reasoning|train of thought|reasoning path|reasoning behind|scratchpad"
        "|scratch pad|deliberation|your reasoning|the reasoning|raw reasoning|thinking trace"
        "|thinking tokens|rationale|mental steps|cadena de pensamiento|razonamiento interno"
        "|proceso de razonamiento|proceso de pensamiento|chaîne de pensée|raisonnement interne"
        "|processus de réflexion|raisonnement complet|gedankengang|gedankenkette|gedankengänge"
        "|denkprozess|denkschritte|cadeia de pensamento|raciocínio interno|raciocínio completo"
        "|catena di pensiero|ragionamento interno|цепочку рассуждений|цепочка рассуждений"
        "|ход мыслей|ход рассуждений|внутренние рассуждения|рассуждения|思维链|思考过程|推理过程"
        "|内部推理|推理步骤|思考プロセス|思考過程|推論過程|사고 과정|추론 과정|سلسلة التفكير"
        "|عملية التفكير"
    ),
    "write_out": (
        "write|writing|spell|show|reveal|articulate|reconstruct|reproduce|transcribe|print|expose"
        "|output|dump|include|verbatim|narrate|document|list|record|recreate|imagine|lay out|emit"
        "|disclose|put into words|verbalise|verbalize|recover|infer|detail|in full|explicitly"
        "|trace|provide|recount|restate|walk|unroll|externalize|externalise|give|generate|escribe"
        "|escriba|muestra|reconstruye|detalla|écris|écrivez|montre|détaille|reconstitue|rédige"
        "|schreibe|schreib|zeige|lege|rekonstruiere|escreva|mostre|reconstrua|scrivi|mostra"
        "|напиши|напишите|запиши|покажи|восстанови|опиши|изложи|写出|写下|展示|还原|重建|输出"
        "|列出|書き出|示し|작성|보여|اكتب|أظهر"
    ),
    "reconstruct": (
        "reconstruct|reconstructs|reconstructing|recover|recovers|recreate|rebuild the|clean the"
        "|clean this|clean up the|fill the gaps|fill in the gaps|reverse engineer|back out|expose"
        "|reveal|dump|transcribe|hidden|internal|inner|private|concealed|raw|unfiltered"
        "|reconstruye|reconstituez|reconstitue|rekonstruiere|reconstrua|ricostruisci|восстанови"
        "|восстановите|скрытую|скрытые|внутренние|重建|还原|隐藏|内部|復元|재구성|أعد بناء"
    ),
    "stepwise": (
        "think step by step|let s think step by step|thinking step by step|reason step by step"
        "|reasoning step by step|work step by step|show your work|show your working"
        "|show all your work|show all steps|show every step|show your reasoning"
        "|explain your reasoning|think aloud|think out loud|thinking aloud|step by step solution"
        "|solve step by step|solve it step by step|step by step before|every intermediate step"
        "|each step of your|each reasoning step|all intermediate steps|your step by step"
        "|paso a paso|étape par étape|schritt für schritt|passo a passo|шаг за шагом|пошагово"
        "|一步一步|逐步|ステップバイステップ|단계별|خطوة بخطوة"
    ),
    # A sensitive request is to be made presentable.
    "rewrite": (
        "rewrite|rewrites|rewritten|rewriting|rephrase|rephrased|rephrasing|reword|reworded"
        "|rewording|reformulate|reformulated|paraphrase|recast|reframe|reframed|alternative"
        "|alternatives|variant|version|versions|substitute|convert|transform|turn|redraft|revise"
        "|edit|replace|restate|reescribe|reformula|alternativa|reformule|réécris|reformulez"
        "|formuliere|umformulieren|umschreiben|umformuliere|reescreva|reformule|riscrivi"
        "|riformula|перепиши|перефразируй|переформулируй|вариант|改写|重写|替代|换一种|改成"
        "|書き換え|言い換え|다시 작성|바꿔|أعد صياغة|أعد كتابة|بديل"
    ),
    "allowed": (
        "safe|safer|safely|allowed|allowable|permitted|permissible|compliant|complies|comply"
        "|acceptable|policy compliant|policy safe|censorship safe|non violating|harmless"
        "|appropriate|neutral|sanitised|sanitized|sanitise|sanitize|approved|unobjectionable"
        "|innocuous|inoffensive|publishable|uncontroversial|passes moderation|pass moderation"
        "|passes review|pass the filter|pass review|clear moderation|answerable|seguro|segura"
        "|permitido|permitida|aceptable|conforme|acceptable|autorisé|autorisée|sûr|sûre|zulässig"
        "|zulässige|erlaubt|erlaubte|unbedenklich|unbedenkliche|aceitável|segura|consentito"
        "|sicura|безопасный|безопасную|допустимый|допустимую|разрешенный|нейтрально|合规|安全"
        "|允许|可接受|許容|安全な|허용|안전한|آمن|مقبول|مسموح"
    ),
    "refused": (
        "refuse|refuses|refused|refusal|refusals|declined|decline|declines|rejected|blocked"
        "|flagged|forbidden|prohibited|banned|disallowed|restricted|sensitive|censored|censor"
        "|censorship|moderation|moderator|moderators|content policy|content filter"
        "|content filters|usage policy|policy|policies|guidelines|violates|violate|violating"
        "|violation|filter|filters|filtered|would not answer|cannot answer|won t answer|trigger"
        "|triggering|taboo|sensible|prohibido|política de contenido|rechazada|rechazó|refusé"
        "|refusée|interdit|sensible|modération|abgelehnt|abgelehnte|verboten|heikel|heikle"
        "|richtlinien|recusada|recusado|proibido|rifiutata|отклонен|отклонён|отклонённый|запрещен"
        "|запрещён|запрещенный|чувствительный|цензура|цензуру|модерацию|敏感|审查|违规|拒绝|禁止"
        "|被拒|検閲|拒否|거부|검열|مرفوض|محظور|حساس"
    ),
    "laundered": (
        "policy compliant alternative|policy compliant version|policy compliant rewrite"
        "|compliant alternative|compliant alternatives|compliant version|compliant rewrite"
        "|safe alternative|safe alternatives|safe rewrite|safe version|safer alternative"
        "|censorship safe|censorship safe alternative|allowed alternative|allowed version"
        "|acceptable alternative|permissible alternative|permissible version"
        "|without being refused|without being flagged|without triggering|avoid being flagged"
        "|not be refused|not be flagged|not get blocked|would not be blocked|instead of refusing"
        "|that was refused|was refused by|was declined by|the refused prompt|the refused request"
        "|合规改写|安全替代|安全的替代"
    ),
    # Software.
    "code_noun": (
        "code|function|functions|script|source code|regex|regular expression|sql query|unit test"
        "|unit tests|test cases|pull request|repository|repo|codebase|endpoint|endpoints|backend"
        "|frontend|stack trace|stacktrace|traceback|docstring|linked list|binary tree|dockerfile"
        "|makefile|pseudocode|recursion|algorithm|compiler|subroutine|source file|data structure"
        "|smart contract|snippet|code review|implement a|implement the|a class with|bug|bugs"
        "|código|función|fonction|funktion|função|funzione|код|функцию|функция|скрипт|代码|函数"
        "|脚本|コード|関数|코드|함수"
    ),
    "code_weak": (
        "program|class|method|methods|api|apis|query|database|schema|exception|module|library"
        "|component|web app|app|website|webpage|web page|server|patch|implementation|array|cli"
        "|command|game|bot|plugin|extension|syntax|loop|http|json|xml|yaml|programa|programme"
        "|programm|программу|程序|算法|プログラム|프로그램"
    ),
    "language": (
        "python|python3|javascript|typescript|java|c programming|c language|in c|using c|cpp"
        "|golang|in go|rust|php|ruby|kotlin|swift|scala|haskell|perl|matlab|html|css|react"
        "|reactjs|react js|angular|vue|svelte|next js|node|nodejs|node js|django|flask|fastapi"
        "|spring boot|laravel|rails|sql|mysql|postgres|postgresql|sqlite|mongodb|redis|bash"
        "|shell script|powershell|docker|kubernetes|terraform|ansible|aws|azure|git|github|npm"
        "|pip|pytorch|tensorflow|keras|numpy|opencv|pygame|arduino|verilog|vhdl|assembly|solidity"
        "|graphql|webpack|tailwind|jquery|vba|dotnet|linux|ubuntu|systemd|nginx|playwright|pytest"
        "|junit|lua|elixir|erlang|julia|fortran|cobol|android|ios|flutter|c sharp|asp net"
    ),
    "code_verb": (
        "write|implement|implements|implementing|create|fix|debug|refactor|develop|build"
        "|program|optimize|optimise|compile|run|deploy|parse|generate|complete|convert|port|add"
        "|make|design|solve|escribe|implementa|écris|implémente|schreibe|implementiere|escreva"
        "|implemente|scrivi|напиши|реализуй|исправь|写|编写|实现|修复|書い|作成|작성|구현"
    ),
    "code_token": (
        "def|import|elif|const|async|await|println|printf|void|public static|namespace|std"
        "|foreach|typedef|struct|usr bin env|usr bin|self|lambda|isinstance|len|args|kwargs"
        "|nullptr|endif|ifdef|include|fn|impl|func|int|str|bool|elif|println|console log"
        "|innerhtml|document|div|select from|left join|group by|order by|insert into|create table"
        "|varchar|traceback most|attributeerror|typeerror|valueerror|keyerror|importerror"
        "|nameerror|nullpointerexception|segfault|segmentation fault|undefined reference"
        "|syntaxerror|indexerror|runtimeerror|stderr|stdout|localhost|py|js|ts|cpp"
    ),
    # Data.
    "data": (
        "dataset|datasets|data set|dataframe|data frame|csv|csv file|spreadsheet|excel|tsv"
        "|parquet|column|columns|rows|data points|table|tabular|time series|sample data"
        "|sales data|survey data|log data|customer data|given data|the data|this data|feature"
        "|features|variable|variables|conjunto de datos|datos|jeu de données|données|datensatz"
        "|daten|conjunto de dados|dados|набор данных|данных|данные|数据集|数据|表格|列"
        "|データセット|データ|데이터셋|데이터|البيانات"
    ),
    "statistic": (
        "mean|average|median|mode|standard deviation|variance|correlation|correlation coefficient"
        "|pearson|spearman|regression|linear regression|logistic regression|outlier|outliers"
        "|distribution|skewness|kurtosis|quartile|quartiles|interquartile|iqr|percentile"
        "|histogram|scatter plot|boxplot|box plot|bar chart|heatmap|hypothesis test|t test|anova"
        "|chi square|p value|null hypothesis|shapiro|normality|clustering|k means|missing values"
        "|null values|impute|imputation|z score|descriptive statistics|summary statistics"
        "|statistical|feature engineering|train test split|random forest|mean squared error|rmse"
        "|pivot table|confidence interval|trend|trends|seasonality|forecast|cohort|churn"
        "|aggregate|group by|moving average|exploratory data analysis|correlated|data cleaning"
        "|normalize|normalization|media|mediana|correlación|regresión|moyenne|médiane|corrélation"
        "|mittelwert|korrelation|média|correlação|среднее|медиана|корреляция|корреляцию|регрессия"
        "|平均值|中位数|相关性|相关系数|回归|异常值|分布|平均|中央値|相関|평균|상관"
    ),
    "dataset": (
        "dataset|datasets|data set|dataframe|data frame|csv|tsv|parquet|spreadsheet|excel file"
        "|time series|survey data|sales data|conjunto de datos|jeu de données|datensatz"
        "|conjunto de dados|набор данных|数据集|データセット|데이터셋"
    ),
    "measure": (
        "correlation|correlation coefficient|regression|linear regression|standard deviation"
        "|variance|outlier|outliers|histogram|scatter plot|box plot|boxplot|t test|anova"
        "|chi square|p value|skewness|kurtosis|quartile|percentile|missing values|hypothesis test"
        "|confidence interval|median|seasonality|cohort|pivot table|correlación|regresión"
        "|corrélation|korrelation|correlação|корреляцию|регрессию|相关系数|相关性|异常值|相関"
        "|상관"
    ),
    "analyse": (
        "analyze|analyse|analyzing|analysing|analysis|calculate|compute|determine|plot|visualize"
        "|visualise|visualization|explore|summarize|summarise|find|identify|check|perform|predict"
        "|chart|analiza|calcula|analyse|calcule|analysiere|berechne|analise|проанализируй|вычисли"
        "|посчитай|分析|计算|可视化|分析し|計算|분석|계산"
    ),
    "pandas": (
        "pandas|dataframe|matplotlib|seaborn|scikit learn|sklearn|scipy|ggplot|tidyverse|dplyr"
        "|numpy|jupyter|power bi|tableau|statsmodels"
    ),
    # Logic, mathematics, and how a model should behave.
    "riddle": (
        "true or false|valid or invalid|is the argument|deductively|syllogism|riddle|logic puzzle"
        "|knights and knaves|truth teller|tell the truth|tells the truth|prove that"
        "|select the correct|choose the correct|choose the best|choose the right|which option"
        "|which of the options|multiple choice|odd one out|next in the sequence"
        "|complete the sequence|complete the rest|next number|sort the following"
        "|words alphabetically|properly closed|following sentence|following argument"
        "|do you return|yes or no|contradiction or|entailment|antecedent|plausible|solve for"
        "|solve the equation|find the value|the probability that|what is the probability"
        "|options a|options yes|demuestra que|démontrer que|beweise dass|prove que|докажи что"
        "|докажите|证明|谜题|証明|증명|أثبت"
    ),
    "puzzle": (
        "how many|how much|what is the total|how old|how long|how far|how fast|how tall"
        "|what percent|what percentage|what fraction|premise|premises|therefore|conclude|puzzle"
        "|liar|lies|prove|proof|theorem|lemma|equation|equations|integral|derivative|polynomial"
        "|probability|combinatorics|remainder|divisible|prime number|geometry|triangle"
        "|correct answer|which statement|which of the following|options|deduce|infer|logically"
        "|logical|contradiction|entail|paradox|causal|cuántos|cuántas|cuánto|combien|wie viele"
        "|wie viel|quantos|quantas|quanti|сколько|логическая|головоломка|задача|多少|逻辑|推断"
        "|いくつ|何個|몇 개|كم عدد"
    ),
    "number": (
        "two|three|four|five|six|seven|eight|nine|ten|twelve|twenty|thirty|forty|fifty|sixty"
        "|hundred|thousand|dozen|half|third|quarter|twice|double|triple|times as many|more than"
        "|less than|each|every|per|dos|tres|deux|trois|zwei|drei|dois|três|due|tre|два|три|两|三"
    ),
    "boolean": "true|false|not|and|or",
    "alignment": (
        "ethical|unethical|ethics|moral|morally|morality|moral dilemma|trolley problem"
        "|human values|ai alignment|aligned|alignment|misaligned|corrigible|corrigibility"
        "|harmless and honest|helpful and harmless|honest and harmless|should an ai|should the ai"
        "|should an assistant|should the assistant|value alignment|constitutional principles"
        "|constitution|reward hacking|shutdown|oversight|deceptive|deception|trustworthy|dilemma"
        "|principles|fairness|ético|éthique|ethisch|этично|этический|伦理|道德|对齐|倫理|윤리"
    ),
    # Work in steps with tools, and pictures.
    "agent": (
        "autonomous agent|ai agent|you are an agent|as an agent|act as an agent|plan and execute"
        "|make a plan|multi step|multi step task|sub agent|subagent|sub task|subtasks|sub tasks"
        "|tool calls|call tools|available tools|use the tools|using the tools|use tools"
        "|next action|action input|thought action|observation|react format|orchestrate"
        "|orchestrator|orchestration|delegate|workflow|until the task is|task is complete"
        "|task is done|long horizon|plan then act|decompose the task|break the task"
        "|decide which tool|which tool|agentic|agente autónomo|智能体|代理|多步|规划"
    ),
    "picture": (
        "this image|the image|image above|attached image|in the image|this picture|the picture"
        "|in the picture|this photo|the photo|attached photo|attached photograph|this photograph"
        "|screenshot|this chart|this figure|this diagram|bounding box|ocr|visible in|shown in the"
        "|describe the image|la imagen|esta imagen|l image|cette image|das bild|bild|a imagem"
        "|изображении|картинке|图片|图像|照片|画像|写真|이미지|사진|الصورة"
    ),
}

NEAR = (
    ("grade", "answer", 12),
    ("grade", "scale", 12),
    ("answer", "scale", 20),
    ("thought", "write_out", 10),
    ("thought", "reconstruct", 12),
    ("rewrite", "allowed", 10),
    ("rewrite", "refused", 16),
    ("allowed", "refused", 16),
    ("code_verb", "code_noun", 7),
    ("code_verb", "language", 12),
    ("data", "statistic", 14),
    ("data", "analyse", 10),
    ("analyse", "statistic", 10),
    ("analyse", "dataset", 8),
    ("analyse", "measure", 8),
    ("stepwise", "write_out", 8),
)
