"""What do programs and tables look like in prompts and replies? Made-up names in ordinary code."""

from stillwatch.simulate.texts.grammar import Rules, words

CODE: Rules = {
    "lang": words("python typescript rust go java kotlin sql c ruby swift php"),
    "lib": words(
        "pandas numpy fastapi react vue tokio spring django flask express sqlalchemy polars"
    ),
    "err": [
        "TypeError: <ident> is not iterable",
        "KeyError: '<ident>'",
        "error[E0<d><d><d>]: cannot borrow `<ident>` as mutable",
        "NullPointerException at <pwcap>.<ident>:<num>",
        "undefined is not a function (near '<ident>')",
        "IndexError: list index out of range in <ident>, line <num>",
        "psycopg.errors.UndefinedColumn: column <ident>.<ident> does not exist",
    ],
    "expr": [
        "<ident> + <num>",
        "<ident>(<ident>, <num>)",
        "<ident>[<ident>]",
        "len(<ident>) - <d1>",
        "<ident>.<ident>(<ident>)",
        "<dec> * <ident>",
        "max(<ident>, <ident>)",
    ],
    "line": [
        "    <ident> = <expr>\n",
        "    <ident> = <expr>\n",
        "    if <expr> > <num>:\n        return <expr>\n",
        "    for <ident> in <ident>(<expr>):\n        <ident>.append(<expr>)\n",
        "    <ident>.<ident>(<expr>, <expr>)\n",
        "    # <cl>\n",
    ],
    "body": ["<line><line><line>", "<line><line><line><line><line>", "<line><line><body>"],
    "py": ["def <ident>(<ident>, <ident>=<num>):\n<body>    return <expr>\n"],
    "ts": ["export function <ident>(<ident>: string, <ident>: number) {\n<tsl><tsl><tsl>}\n"],
    "tsl": [
        "  const <ident> = <expr>;\n",
        "  if (<expr> === <expr>) { return <ident>; }\n",
        "  <ident>.push(<expr>);\n",
    ],
    "sql": [
        (
            "select <ident>, count(*) from <ident> where <ident> > <num> group by <ident> "
            "order by <ident>\n"
        ),
        "update <ident> set <ident> = <num> where <ident> in (select <ident> from <ident>)\n",
    ],
    "src": ["<py>", "<py>", "<py><py>", "<ts>", "<sql>", "<py><ts>"],
    "row": ["<pw>,<num>,<dec>,<d1><d>\n"],
    "csv": [
        "<ident>,<ident>,<ident>,<ident>\n<row><row><row><row><row>",
        "<ident>,<ident>,<ident>,<ident>\n<row><row><row><row><row><row><row><row>",
    ],
    "en.code": ["<habit@a:1><pay.code>"],
    "pay.code": [
        "<hi>write a <lang> function <ident> that can <vp>, given <ident> and <ident>. <sent><bye>",
        "In <lang> with <lib>: how do I <vp> when <ident> is <adj>?<par>```\n<src>```",
        "Add tests for this:<par>```\n<src>```<par><sent>",
        "Implement a class <pwcap> with <ident>, <ident> and <ident>. <sent>Use <lib>.",
        "Port this to <lang>:<par>```\n<src>```",
        "Refactor `<ident>` so that <cl>.<par>```\n<src>```",
    ],
    "en.debug": [
        "I get `<err>` when I <vp>.<par>```\n<src>```<bye>",
        "Why does this return <num> instead of <num>?<par>```\n<src>```",
        "<err><par>It worked before <date>. <sent>Relevant file <file>:<par>```\n<src>```",
    ],
    "en.data": [
        (
            "Here is a table:<par><csv><par>What is the mean of <ident> by <ident>, and which "
            "rows are outliers?"
        ),
        "<hi>analyse this csv and plot <ident> against <ident>. <sent><par><csv>",
        (
            "Compute the correlation between <ident> and <ident> in <file> and test it at "
            "<pct>. <sent><par><csv>"
        ),
        (
            "My dataset <file> has <num> rows; <ident> is <adj> in <pct>. How do I clean it "
            "with <lib>?<par><csv>"
        ),
        "Write the SQL for the monthly <noun> per <noun> in <ident>. <sent><par><sql>",
    ],
    "en.repo": [
        (
            "In <file> of our repository, <ident> fails with `<err>`. Find the cause, fix it "
            "and run the tests. <sent>"
        ),
        "Implement ticket <code_id>: <cl>. Change <file> and <file>, keep the tests green. <sent>",
        "Upgrade <lib> in <file> and repair what breaks. <sent><par>```\n<src>```",
        "Migrate <ident> from <file> to <file>, then open a pull request. <sent>",
        "Write an end-to-end test for <ident> in <file>; <cl>. <sent>",
    ],
}
