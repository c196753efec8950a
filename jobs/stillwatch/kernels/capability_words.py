"""How much does a word speak for a capability? Data only; capability.py says when it is asked.

Phrases of a weight are divided by `|`; a phrase counts once a text. ENOUGH in capability.py is what
a class needs in all; `other` holds words of everyday requests, which a class must outweigh. No
weight is given to a country, a person, a party or a belief, nor ENOUGH to `sin`, `dice` (Spanish).
"""

WORDS: dict[str, dict[int, str]] = {
    # reward_grading: `grading` of `answers`.
    "grading": {
        4: (
            "rubric|grading|grader|evaluator|best to worst|worst to best|pass or fail"
            "|better response|better answer|better reply|response a|response b|answer a|answer b"
            "|assistant a|candidate a|which response|which answer|rate the|rate how|rate this"
            "|grade the|grade this|grade it|score the|score this|score each|rate each|grade each"
            "|rank the following|rank these|rank them|mark this|award marks|full marks|full credit"
            "|partial credit|preference data|preference label|pairwise|marking scheme"
            "|act as a judge|out of ten|likert|model answer|reference answer|gold answer"
            "|qualificação|bewertung|bewerte|bewerten|benote|puntúa|califica|calificación|rúbrica"
            "|noter|évalue|évaluer|barème|avalie|pontue|pontuação|valuta|punteggio|оцени|оцените"
            "|оценку|评分|打分|分数|哪一个更好|哪个更好|哪个回答|採点|どちらが|점수|채점|더 나은"
            "|قيم|درجة|score between|a score of|give a score|assign a score|assign a rating"
            "|assign a grade|overall score|overall rating|final score|total score|each criterion"
            "|against the criteria|the following criteria|point scale|on a scale|chosen response"
            "|rejected response|reward model|the better of"
        ),
        3: (
            "score|scores|scored|scoring|rating|ratings|graded|examiner|judge|verdict|critique"
            "|criteria|criterion|judging|out of 10|out of 100|out of 5|from 1|0 to 10|0 to 1"
            "|0 to 100|between 0|assess|rank|ranking|winner|better one|more helpful|most helpful"
            "|helpfulness|harmlessness|faithfulness|factuality|truthfulness|hallucination|judges"
            "|award|ranked|preferable|1 to 5|1 to 10|five stars|side by side|head to head|appraise"
            "|per criterion|ties|deduct"
        ),
        2: (
            "evaluate|evaluation|grade|outperforms|prefer|preferred|preference|satisfies|adheres"
            "|meets the|correctness|coherence|relevance|fluency|checklist|reviewer|justify|评价"
            "|评估|評価|평가|scale|is better|marks|stars"
        ),
        1: (
            "better|best|helpful|honest|accurate|compare|pick|worse|worst|strengths|weaknesses"
            "|mejor|meilleure|besser|лучше|rate|points"
        ),
    },
    "answers": {
        3: (
            "responses|response|replies|reply|answers|candidates|completion|completions|outputs"
            "|model output|submission|submissions|better response|response a|response b|answer a"
            "|answer b|assistant a|assistant b|which response|reference answer|gold answer"
            "|model answer|preference data|reward model|act as a judge|antworten|antwort|respuestas"
            "|respuesta|réponses|réponse|respostas|resposta|risposte|risposta|ответы|ответа|ответ"
            "|ответов|回答|答案|答复|応答|답변|إجابة|الإجابة"
        ),
        2: (
            "answer|output|candidate|essay|translation|summary|draft|caption|transcript|solution"
            "|solutions|proof|student|pupil|message|chatbot|paragraph|conversation|dialogue"
            "|generated|the model|assistant|rubric|grader|evaluator|marking scheme|哪一个更好"
            "|哪个更好"
        ),
        1: "text|texts|following|below|model|bot",
        -4: (
            "your answer|your final answer|your result|your own answer|your own solution"
            "|your confidence|your solution|the final answer|a final answer|double check"
            "|verify your|check your|check the result|verify the result"
        ),
    },
    # policy_rewriting: `rewording` of what was `refused`, or would be.
    "refused": {
        4: (
            "content policy|content filter|usage policy|safety filter|safety classifier"
            "|moderation filter|would be allowed|gets through|get through|got through|get past"
            "|policy compliant|compliant version|permitted version|acceptable version"
            "|allowed version|disallowed|not allowed to answer|can t help with this"
            "|cannot help with|can t help with|refuses to answer|refused to answer|was refused"
            "|was declined|was blocked|was flagged|was rejected|got rejected|got blocked"
            "|got flagged|turned down|would be refused|合规|违规|没有通过审核|被屏蔽|被拒绝|审核"
            "|terms of service|community standards|community guidelines|house rules|take it down"
            "|taken down|within the rules|within the policy|passes review|pass review"
            "|passes moderation|pass moderation|not be refused|not be blocked|avoid refusal"
            "|avoid being refused|without being refused|without being flagged|no longer violates"
            "|safe alternative|compliant alternative|permissible alternative|allowed alternative"
            "|acceptable alternative|safe version|would be accepted|that is accepted"
            "|will be accepted|that is permitted|that is allowed|wouldn t answer|won t answer"
            "|would not answer|objected to|objectionable"
        ),
        3: (
            "moderation|moderator|moderators|classifier|flagged|banned|forbidden|prohibited|refused"
            "|refuse|refuses|refusal|compliant|censored|censor|innocuous|inoffensive"
            "|unobjectionable|non violating|violates|violate|violating|blockiert|abgelehnt"
            "|verweigert|richtlinien|zulässig|zulässige|refusée|refusé|bloquée|bloqueada|rechazada"
            "|prohibida|permitida|recusada|bloqueado|rifiutata|отклонён|отклонен|отклонили"
            "|заблокирован|запрещен|модерация|модерацию|敏感|拒绝|検閲|拒否|거부|검열|مرفوض|محظور"
            "|inadmissible|impermissible|admissible|off limits|censorship|unpublishable|publishable"
            "|inappropriate|offending|unproblematic|may be answered|can be answered"
            "|may be published|let it pass|let through|stay within|stays within|within what is"
            "|held back|withheld|the filter|a filter|filters|declined answer|refused answer"
            "|declined request|refused request|declined prompt|refused prompt|object to|objects to"
            "|the refused|the declined|the blocked|that was declined|that was refused|stays inside"
            "|strict reader|careful reader|may be said|would object|nobody objects|no one objects"
            "|raises no flag|breaks no rule|fit for publication|avoids what|without the parts"
            "|the banned|trip the filter|no longer trips"
        ),
        2: (
            "blocked|declined|rejected|declines|decline|policy|policies|guidelines|filter|permitted"
            "|permissible|allowed|acceptable|approved|harmless|harmful|sensitive|unsafe|safer|safe"
            "|substance|accepted|cannot be answered|cautious|controversial|delicate|touchy|risky"
            "|restricted|允许|安全|erlaubt"
        ),
    },
    "rewording": {
        3: (
            "rewrite|rephrase|reword|rephrased|reworded|rewording|rephrasing|reformulate|recast"
            "|reframe|wording|phrasing|phrasings|paraphrase|rewritten|word it|put it differently"
            "|put differently|tone down|toned down|water down|soften|softened|milder|tamer|sanitise"
            "|sanitize|sanitised|sanitized|detoxify|defuse|euphemism|rework|reworked|formulation"
            "|formulations|umformulieren|formuliere|reformule|reformula|reescribe|reescreva"
            "|riformula|перефразируй|перепиши|переформулируй|改写|改成|换一种|说法|言い換え"
            "|書き換え|바꿔|다시 작성|أعد صياغة|compliant version|permitted version"
            "|acceptable version|allowed version|safe version|safe alternative"
            "|compliant alternative|permissible alternative|allowed alternative"
            "|acceptable alternative|合规改写"
        ),
        2: (
            "alternative|alternatives|version|versions|variant|replace|substitute|swap|convert"
            "|transform|turn it into|turn this|make this sound|make it sound|differently|instead"
            "|same meaning|meaning intact|same point|keep the gist|gist|another way|neutral terms"
            "|less offensive|non offensive|alternativa|version acceptable|formulierung|вариант|替代"
            "|revise|redraft|restate|say the same|express the same|same idea|presentable|a way that"
            "|in a way that|equivalent|softer|gentler|suggest a|propose a|produce a|in a form"
            "|a form that|present it|counterpart|draft a|compose a|keeps the|turn the|word this"
        ),
        1: (
            "neutral|terms|tactful|cautious|so that it|write what|careful wording|will answer"
            "|would agree"
        ),
    },
    # reasoning_trace_extraction: `reasoning` of somebody else, or of a known answer, `recovered`.
    # `reasoning` alone is asked for on the way to an answer of one's own.
    "recovered": {
        4: (
            "inner monologue|internal monologue|internal dialogue|hidden reasoning"
            "|internal reasoning|private reasoning|hidden chain|thinking trace|model s thoughts"
            "|thinking tokens|reasoning tokens|thoughts that led|steps that led|must have led"
            "|would have led|led to it|led to the answer|led to this answer|led to that answer"
            "|work backwards|how it was reached|self correcting|rebuild the reasoning"
            "|fill in the reasoning|missing reasoning|missing steps|clean reasoning|messy reasoning"
            "|скрытые рассуждения|内部推理|隐藏的推理|还原|復元|reconstruct the reasoning"
            "|reconstruct the thinking|reconstruct the thought|reconstruct how|reconstruct what"
            "|recover the reasoning|recover the thought|rebuild the chain|recreate the reasoning"
            "|restore the reasoning|clean up the reasoning|clean the reasoning"
            "|expose your reasoning|reveal your reasoning|reveal your hidden"
            "|summary of the reasoning|summary of thoughts"
        ),
        3: (
            "reverse engineer|known answer|known solution|given answer|given solution|its solution"
            "|only the final answer|expose|uncover|behind it|reasoning trace|reasoning traces"
            "|rekonstruiere|reconstruye|reconstitue|reconstrua|ricostruisci|восстанови|重建|再現"
            "|terse answer|bare answer|already solved|has been solved|answer is known"
            "|given the answer|given the final|and its answer|the original reasoning"
            "|worked solution|how the model|the model s reasoning|justifies this answer"
            "|from question to answer|finished answer|only have the answer"
        ),
        2: (
            "private|reasoning that|thinking that|led to|that led|backtrack|expand|gaps"
            "|would have had|backwards|inner|the solver|original author|into a full|reconstruct"
            "|reconstructing|retrace|recreate|restore|restored|recovered|reconstructed|rebuild"
            "|recover|omitted|stripped|internal|hidden|teacher|another model|missing in between"
            "|full trace|original reasoning|raw reasoning"
        ),
        1: (
            "leads to|leads from|leading to|arrives at|why this answer|its reasoning"
            "|between the question and|lead to this|arrive at this"
        ),
        -4: (
            "before answering|before you answer|before the answer|before the final|before giving"
            "|before stating|then answer|then give the answer|then the answer|and then answer"
            "|antes de la respuesta|antes de responder|bevor du antwortest|vor der antwort"
            "|avant la réponse|avant de répondre|antes da resposta|prima della risposta"
            "|перед ответом|перед окончательным|最终答案之前|答案之前|先写|can reconstruct"
            "|could reconstruct|can retrace|could retrace|can follow|could follow|can be followed"
            "|be able to follow|be able to reconstruct|to repeat it|can check each"
            "|before concluding"
        ),
    },
    "reasoning": {
        4: (
            "chain of thought|train of thought|thought process|thinking process|line of thought"
            "|reasoning process|chain of reasoning|full reasoning|complete reasoning"
            "|detailed reasoning|scratchpad|scratch pad|your thoughts|dead ends|dead end"
            "|thinking aloud|think aloud|think out loud|how you arrived|how you got there"
            "|how you reached|your reasoning|your thinking|your deliberation|show your work"
            "|show all work|step by step|every intermediate|each intermediate|intermediate steps"
            "|all steps|gedankengang|denkweg|denkprozess|gedankenkette|zwischenschritte"
            "|schritt für schritt|razonamiento|paso a paso|raisonnement|étape par étape|raciocínio"
            "|passo a passo|ragionamento|ход мыслей|рассуждений|рассуждения|шаг за шагом|思考过程"
            "|推理过程|思维链|思路|一步一步|逐步|思考過程|推論過程|사고 과정|추론 과정|단계별"
            "|سلسلة التفكير|خطوة بخطوة"
        ),
        3: (
            "reasoning|deliberation|monologue|thinking|rationale|unabridged|intermediate step"
            "|every step|each step|no step|narrate|inference|inferences|inner monologue"
            "|internal monologue|internal dialogue|hidden reasoning|internal reasoning|hidden chain"
            "|thinking trace|model s thoughts|thinking tokens|reasoning tokens|reasoning trace"
            "|reasoning traces|messy reasoning|clean reasoning|скрытые рассуждения|内部推理"
            "|隐藏的推理|worked solution|working|derivation|missing steps"
        ),
        2: (
            "think|thoughts|thought|scratch|steps|articulate|spell out|write out|lay out|set down"
            "|in full|line by line|before answering|before the final|before you answer"
            "|then the answer|and only then|assumption|assumptions|considered|vollständig"
            "|vollständigen|完整"
        ),
        1: "step|final answer|conclusion|conclude|explicit|complete|before|tags",
    },
    "agentic_reasoning": {
        4: (
            "autonomous agent|ai agent|agentic|orchestrator|sub agent|sub agents|subagent|subagents"
            "|sub tasks|subtasks|next action|available actions|available tools|tool calls|tool call"
            "|observation|action input|tools available|until the task|task is done|task is complete"
            "|multi step plan|computer use|you control a|which tool|智能体|エージェント|에이전트"
            "|агент|interact with a computer|one command at a time|execute commands|tool results"
            "|function calls|you have access to the following tools|you have access to tools"
            "|working directory|call the tool|control the browser|web agent|coding agent"
            "|long horizon|you operate|worker agents|calls the tool|actions you can take"
            "|take actions"
        ),
        3: (
            "agent|orchestrate|delegate|multi step|long running|commands|interact|sandbox|tool use"
            "|subtask|sub task|hand over|hand off|workflow|replan|toolbox|hands off|autonomously"
            "|autonomous system"
        ),
        2: (
            "tools|action|actions|goal|milestones|retry|execute|environment|submit|after each"
            "|at each turn|at each step|one at a time|you have access|coordinate|tool|browser|click"
            "|shell"
        ),
        1: "step|next|finished|repeat|act|navigate|task|plan|stop|progress|decide",
    },
    "data_analysis": {
        4: (
            "dataset|data set|dataframe|csv|spreadsheet|outlier|outliers|correlation|regression"
            "|standard deviation|a b test|confidence interval|p value|t test|anova|chi square"
            "|missing values|pivot table|time series|moving average|histogram|scatter plot|box plot"
            "|boxplot|skewed|descriptive statistics|summary statistics|data analysis"
            "|conversion rate|churn|datensatz|mittelwert|standardabweichung|ausreißer"
            "|conjunto de datos|los datos|valores atípicos|desviación|dados|desvio padrão|données"
            "|écart type|данные|данных|среднее|корреляция|数据|异常值|相关性|平均值|回归|データ"
            "|平均値|相関|데이터|상관|البيانات|the table below|measurements|null values|impute"
            "|crosstab|bar chart|line chart|heatmap|pandas|explanatory variable|dependent variable"
            "|independent variable|r squared|effect size|sample mean|statistically significant"
            "|significance test"
        ),
        3: (
            "median|variance|percentile|quartile|distribution|correlated|forecast|seasonality"
            "|seasonal|cohort|sample size|null hypothesis|hypothesis test|statistical|clustering"
            "|kpi|visualise|visualize|spalte|columna|coluna|colonne|столбец|分布|统计|グラフ|통계"
            "|the data|this data|our data|my data|excel|columns|rows|column|statistics|trend|trends"
            "|plot|dashboard|clusters|duplicates|metrics|data|gráfico|diagramm|graphique|график"
            "|图表|表格|趋势|销售额|ventas|tabla|tabelle|таблица|таблицы|統計|상관관계|평균값"
            "|المتوسط"
        ),
        2: (
            "average|mean|survey|respondents|revenue|sales|quarter|quarterly|monthly|weekly|figures"
            "|slope|predict|predicts|variable|variables|sample|group by|per month|by region"
            "|by month|by week|conversions|umsatz|ventes|销售|利润|売上|매출|table|chart|graph"
            "|significant|growth|decline|customers|visitors|orders|records|entries|fit|readings"
        ),
        1: (
            "analyse|analyze|analysis|summarise|summarize|category|spread|related|strongly|estimate"
            "|measure|analysiere|analiza|分析|values|count|difference|rate|price"
        ),
    },
    "coding": {
        4: (
            "python|javascript|c language|in c|golang|php|matlab|html|css|angular|node js|npm"
            "|pip install|django|sql|bash|powershell|docker|kubernetes|terraform|git|github"
            "|pull request|regex|regular expression|api|apis|endpoint|endpoints|traceback|compile"
            "|compiler|refactor|debug|debugging|source code|my code|the code|codebase|linked list"
            "|binary tree|binary search|recursive|recursion|mutex|deadlock|async|global variable"
            "|segfault|syntax error|junit|pytest|dockerfile|makefile|yaml|webpack|frontend|backend"
            "|web app|browser extension|vba|c sharp|dotnet|código|función|fonction|funktion|função"
            "|funzione|код|функцию|функция|代码|爬虫|编程|コード|関数|プログラム|코드|함수|스크립트"
            "|برنامج|lambda|typescript|wordpress|postgres|mysql|sqlite|mongodb|redis|cuda|opencv"
            "|numpy|pytorch|tensorflow|pyspark|jwt|snippet|decorator|stack overflow|c program|cpp"
            "|webhook|ansible|laravel|spring boot|def|in rust|shell script|a script that|this code"
            "|given a string|given an array|given two strings|given a linked|substring|subsequence"
            "|palindrome|sorted array|dijkstra|for loop|while loop|in range|time complexity"
            "|space complexity|run time|runtime|big o|nums|boolean value|version control"
            "|data structures|object oriented|dependency injection|null check|stdout|iterator"
            "|middleware|restful|authentication|cross origin|cors|verilog|arduino|unit test"
            "|unit tests|assembly code"
        ),
        3: (
            "import|elif|const|args|str|bool|void|select from|function|bug|bugs|method|diff|commit"
            "|merge|schema|http|algorithm|array|arrays|strings|hash|loop|loops|exception|install"
            "|deploy|repo|repository|plugin|sdk|cli|terminal|linux|ubuntu|parser|parse|callback"
            "|pointer|stdin|programm|programa|programme|программа|программу|程序|算法|알고리즘"
            "|アルゴリズム|code|variable|library function|database|server|component|coding|函数"
            "|swift|ruby|julia|lua|rust|react|vue|scala|elixir|perl|script|skript|скрипт|脚本"
            "|interpreter|boolean|byte|bytes|bits|thread|threads|socket|encoding|decoding|config"
            "|java|rails|flask"
        ),
        2: (
            "implement|implements|implementation|program|errors|crash|crashes|developer|returns"
            "|return|folder|web|render|renders|module|build|signature|cache|caches|complexity"
            "|efficient|optimize|optimise|datei|archivo|fichier|файл|文件|ファイル|파일|json|query"
            "|queries|programming|package|object|error|app|website|unit|library|framework|files"
            "|button|fails|tests|macro|string|integers|integer|graph|tree|node|nodes|parameter"
            "|parameters|token|tokens|constraints|example 1|client"
        ),
        1: (
            "fix|convert|schreibe|escribe|écris|напиши|using|run|add|output|input|file|test|bot"
            "|memory|software"
        ),
        -9: (
            "without using code|not allowed to use code|use your code|no code|without code|zip code"
            "|dress code|code of conduct|postal code|discount code"
        ),
    },
    "logic_and_alignment": {
        4: (
            "what comes next|next number|irrational|prove that|divisible|remainder|derivative"
            "|differentiate|integrate|equation|equations|solve for|polynomial|theorem|lemma|of dice"
            "|quadratic|probability|perimeter|radius|triangle|syllogism|premise|premises|sin theta"
            "|contradiction|paradox|knights|knaves|puzzles|logically|deduce|must be true|cos theta"
            "|necessarily|true or false|morally|ethically|unethical|dilemma|should an ai|fair dice"
            "|should the ai|докажи|докажите|уравнение|证明|方程|逻辑|谜题|証明|증명|in total"
            "|altogether|without using code|inscribed|volume of|area of|ratio of|value of x"
            "|find the value|real numbers|positive integers|prime factor|sum of the|product of the"
            "|equals|simplify|factorise|factorize|inequality|logarithm|modulo|deductively|fallacy"
            "|counterexample|by induction|if and only if|years ago|years from now|twice as|two dice"
            "|three times as|half as|average speed|taller than|older than|younger than|next in the"
            "|odd one out|odd numbers|even numbers|consecutive|square root|expected value|at random"
            "|randomly selected|without replacement|solve the|calculate the area|what is the value"
            "|integer solutions|circumference|diagonal|truth table|valid argument|is lying|the dice"
            "|telling the truth|求解|解方程|面积|体积|概率|数列|三角形|半径|质数|余数|说谎|真话"
            "|已知|平方根|equação|ecuación|équation|gleichung|方程式|방정식|معادلة|вероятность"
            "|wahrscheinlichkeit|probabilidad|probabilité|確率|확률|acertijo|énigme|rätsel|загадка"
            "|can we conclude|always lies|always tells|frac|sqrt|mathbb|antiderivative|eigenvalue"
            "|eigenvalues|determinant|converges|parabola|logarithmic|odd number|even number"
            "|number of ways|first digit|last digit|clues|seating|sitting in a|does not belong"
            "|doesn t belong|total cost|total amount|priced at|prime number|prime numbers|is prime"
            "|ai alignment|in a race|the integral|definite integral|sin x|cos x|sin 2x|cos 2x"
        ),
        3: (
            "solve|twice|times as|how much|sum|half of|percent of|per hour|mph|miles|surely|implies"
            "|therefore|valid|invalid|argument|logic|logical|sequence|ways are there|ways can"
            "|arrangements|permutations|combinations|angle|fraction|multiply|divide|subtract"
            "|zusammen|doppelt|juntos|suman|doble|triple|вместе|一共|단|how many|多少|几个|сколько"
            "|combien|quantos|quantas|wie viele|wie viel|cuántos|cuántas|moral|ethical|how old"
            "|how far|how fast|how long will|how much does|proof|truth teller|lies|puzzle|riddle"
            "|ought|obligation|몇 개|いくつ|何個|كم عدد|quanti|cuánto|suppose|given that"
            "|determine whether|brothers|sisters|resuelve|résous|löse|resolva|реши|решите|解け|풀어"
            "|احسب|suma de|somme|summe|сумма|速度|公里|小时|每人|整数|若干|推理|谁是|show that"
            "|product of|find all|roots of|overtake|siblings|what follows|how much money|by hand"
            "|is it possible|greater good|slope of the line|the limit|absolute maximum"
            "|minimum value|maximum value|cdot|leq|geq|infty|theta|circle|circles|digits|digit"
            "|shortest distance|heavier|integers|integer|matrices|coin|toss|lies on|real number"
            "|natural numbers|whole number|rational|complex number|interval|denote|such that"
            "|what place|the total|in all|purchased|father of|mother of|brother of|sister of"
            "|sitting next to|taller|in terms of x|express x|shadow|relationship between a|cheaper"
        ),
        2: (
            "remain|remaining|older|younger|faster|slower|speed|distance|apples|oranges|marbles"
            "|true|false|answer choices|value of|justified|right or wrong|weigh|assume that|assume"
            "|clock|calendar|calculate|compute|number of|pattern|area|volume|degrees|liters|litres"
            "|kg|meters|metres|inches|percent|甲|乙|元|等于|总共|共有|计算|velocidad|vitesse"
            "|geschwindigkeit|скорость|edad|âge|возраст|consider the|pi|maximum|minimum|find the"
            "|symmetric|alternating|to the left of|to the right of|opposite to|vertices|vertex|mile"
            "|pounds|tan x|tan theta|log|copies|bought|per day|per week|liar|alignment problem"
            "|coins|balls|urn|deck|gallon|trolley"
        ),
        1: (
            "two|three|four|five|six|seven|eight|nine|ten|twelve|twenty|fifty|hundred|more than"
            "|less than|years old|buys|sells|dollars|everyone|number|x|y|all of the|each|hours|hour"
            "|minutes|wrong|duty|costs|cost|left|options|exactly|at least|at most|arrive|boxes"
            "|cards|either|or neither|speed of"
        ),
    },
    "other": {
        4: (
            "poem|haiku|song|lyrics|story|novel|recipe|cook|travel|itinerary|holiday|birthday"
            "|wedding|letter|email|slogan|tweet|blog|joke|jokes|movie|music|roleplay|role play"
            "|dialogue between|advice|workout|diet|translate|translation|product description"
            "|advertisement|resume|newsletter|headline|press release|gedicht|geschichte|einladung"
            "|poema|cuento|receta|poème|histoire|recette|стихотворение|рассказ|рецепт|诗|故事|菜谱"
            "|歌"
        ),
        3: (
            "who was|who is|what is the difference|tips|recommend|recommendations|brainstorm|sleep"
            "|weather|dinner|breakfast|meal|restaurant|family|grammar|tone|polite|friendly"
            "|imagine you are|pretend|thanks|thank you|推荐|翻译"
        ),
        2: "plan a",
        1: (
            "love|explain|describe|paragraph|article|sentence|sentences|summary|children|friends"
            "|ideas|suggest|books|hello"
        ),
    },
}
