/** The report's one stylesheet. Contrasts of text are at least 4.5 to 1, those of bars and lines 3 to 1, in both schemes; a test computes them. */
export const style = `
:root { color-scheme: light dark;
  --page: #f4f5f8; --card: #ffffff; --ink: #161b26; --muted: #566074; --line: #dfe3ea; --accent: #3949c6; --accent-soft: #eceffd;
  --good: #17744b; --good-soft: #e2f4ea; --near: #96590a; --near-soft: #fdf0d9; --over: #bf2636; --over-soft: #fde7e9;
  --series-1: #4457dd; --series-2: #c2570c; --series-3: #0b8577; --series-4: #a03bb4; --series-5: #7c6a0a; --series-6: #6b7588;
  --shadow: 0 1px 2px rgb(22 27 38 / .05), 0 8px 24px -12px rgb(22 27 38 / .14); }
@media (prefers-color-scheme: dark) { :root {
  --page: #0d1017; --card: #161a24; --ink: #eceff6; --muted: #a2acc0; --line: #2b3242; --accent: #a3b0ff; --accent-soft: #232a4b;
  --good: #5fd39b; --good-soft: #143426; --near: #f1b65a; --near-soft: #3a2a10; --over: #ff8b95; --over-soft: #43191f;
  --series-1: #8d9bff; --series-2: #ff9d5c; --series-3: #4fd0c0; --series-4: #e08cf0; --series-5: #d9c355; --series-6: #98a3b8;
  --shadow: none; } }
* { box-sizing: border-box; }
html { scroll-behavior: smooth; -webkit-text-size-adjust: 100%; }
@media (prefers-reduced-motion: reduce) { html { scroll-behavior: auto; } }
body { margin: 0; background: var(--page); color: var(--ink); font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Liberation Sans", Arial, sans-serif; }
a { color: var(--accent); } :focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: 4px; }
.skip { position: absolute; left: -999px; } .skip:focus { left: 1rem; top: 1rem; background: var(--card); padding: .5rem 1rem; z-index: 2; }
.page { max-width: 1160px; margin: 0 auto; padding: 0 clamp(1rem, 3vw, 2rem) 3rem; }
header { padding: clamp(1.5rem, 4vw, 3rem) 0 1.25rem; }
.brand { display: flex; flex-wrap: wrap; gap: .3rem .75rem; align-items: center; color: var(--muted); font-size: .875rem; margin: 0 0 1.1rem; }
.brand svg { width: 26px; height: 26px; } .brand strong { color: var(--ink); }
h1 { font-size: clamp(1.55rem, 1rem + 2.2vw, 2.5rem); line-height: 1.17; letter-spacing: -.022em; margin: 0; max-width: 32ch; overflow-wrap: anywhere; text-wrap: balance; }
.further { margin: 1rem 0 0; padding: 0; list-style: none; max-width: 74ch; color: var(--muted); overflow-wrap: anywhere; } .further li { margin: .2rem 0; }
.tiles { display: grid; gap: .75rem; grid-template-columns: repeat(auto-fit, minmax(9.6rem, 1fr)); margin: 0; padding: 0; list-style: none; }
.tile, section { background: var(--card); border: 1px solid var(--line); border-radius: 14px; box-shadow: var(--shadow); }
.tile { padding: .9rem 1rem; border-top: 3px solid var(--line); } .tile.good { border-top-color: var(--good); } .tile.near { border-top-color: var(--near); } .tile.over { border-top-color: var(--over); }
.tile .label, .tile .note { color: var(--muted); font-size: .8125rem; line-height: 1.35; display: block; } .tile .value { display: block; font-size: 1.6rem; font-weight: 650; letter-spacing: -.02em; font-variant-numeric: tabular-nums; margin: .15rem 0; }
nav { margin: 1.25rem 0 0; } nav ul { display: flex; flex-wrap: wrap; gap: .4rem; list-style: none; margin: 0; padding: 0; }
nav a { display: block; padding: .3rem .75rem; border-radius: 99px; background: var(--card); border: 1px solid var(--line); color: var(--ink); text-decoration: none; font-size: .875rem; } nav a:hover { border-color: var(--accent); color: var(--accent); }
section { padding: clamp(1.1rem, 2.5vw, 1.75rem); margin-top: 1.25rem; scroll-margin-top: 1rem; min-width: 0; }
h2 { font-size: 1.2rem; letter-spacing: -.01em; margin: 0 0 .35rem; } h3 { font-size: .95rem; margin: 1.75rem 0 .35rem; } p { margin: .35rem 0; max-width: 78ch; overflow-wrap: anywhere; } .quiet { color: var(--muted); font-size: .9rem; }
figure { margin: 1rem 0 0; } .chart svg { display: block; width: 100%; height: auto; overflow: visible; } .chart .narrow { display: none; }
.legend { display: flex; flex-wrap: wrap; gap: .3rem 1.1rem; list-style: none; margin: .75rem 0 0; padding: 0; font-size: .8125rem; color: var(--muted); overflow-wrap: anywhere; }
.legend li { display: flex; min-width: 0; } .key { flex: none; width: .8rem; height: .8rem; border-radius: 3px; margin: .22rem .4rem 0 0; background: var(--key); } .key.dashed { background: none; border-top: 2px dashed var(--key); border-radius: 0; height: 0; margin-top: .6rem; width: 1.1rem; } .key.soft { opacity: .3; }
details { margin-top: .9rem; } summary { cursor: pointer; color: var(--accent); font-size: .875rem; width: fit-content; }
.scroll { position: relative; overflow-x: auto; margin-top: .9rem; max-width: 100%; } table { border-collapse: collapse; width: 100%; font-size: .875rem; } caption { text-align: left; color: var(--muted); font-size: .8125rem; padding-bottom: .35rem; }
th, td { text-align: left; padding: .5rem .75rem .5rem 0; border-bottom: 1px solid var(--line); vertical-align: top; } th { font-weight: 600; color: var(--muted); font-size: .78rem; white-space: nowrap; } tbody tr:last-child > * { border-bottom: 0; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; } .code { overflow-wrap: anywhere; min-width: 9rem; } tbody th { color: inherit; font-size: inherit; font-weight: 500; white-space: normal; }
.part { display: inline-flex; gap: .6rem; align-items: center; justify-content: flex-end; } .part i { display: block; width: 64px; height: 6px; border-radius: 3px; background: linear-gradient(var(--series-1), var(--series-1)) 0 / var(--share) no-repeat var(--line); }
.budgets { list-style: none; margin: .75rem 0 0; padding: 0; display: grid; gap: 0 2.5rem; grid-template-columns: repeat(auto-fill, minmax(min(100%, 27rem), 1fr)); } .budgets li { padding: .8rem 0; border-top: 1px solid var(--line); min-width: 0; }
.row { display: flex; flex-wrap: wrap; gap: .15rem .75rem; align-items: baseline; } .row .name { font-weight: 600; overflow-wrap: anywhere; } .row .amount { margin-left: auto; font-variant-numeric: tabular-nums; } .row .amount b { font-weight: 650; }
.bar { position: relative; height: 12px; margin: .45rem 0 .3rem; border-radius: 6px; background: var(--line); overflow: hidden; } .bar i { position: absolute; inset: 0 auto 0 0; width: var(--share); border-radius: 6px 0 0 6px; background: var(--series-1); }
.bar.good i { background: var(--good); } .bar.near i { background: var(--near); } .bar.over i { background: var(--over); } .bar b { position: absolute; top: 0; bottom: 0; left: calc(var(--limit) - 2px); width: 3px; background: var(--ink); outline: 1px solid var(--card); }
.badge { display: inline-block; border-radius: 99px; padding: .08rem .6rem; font-size: .75rem; font-weight: 600; background: var(--accent-soft); color: var(--accent); white-space: nowrap; }
.badge.good { background: var(--good-soft); color: var(--good); } .badge.near { background: var(--near-soft); color: var(--near); } .badge.over { background: var(--over-soft); color: var(--over); }
.events { list-style: none; margin: 1rem 0 0; padding: 0; } .events li { display: grid; grid-template-columns: 7.2rem 6.6rem 1fr; gap: .2rem .8rem; padding: .5rem 0; border-bottom: 1px solid var(--line); font-size: .9rem; } .events li:last-child { border: 0; } .events time { color: var(--muted); font-variant-numeric: tabular-nums; } .events span:last-child { overflow-wrap: anywhere; }
.halves { display: grid; gap: .5rem; margin: 1rem 0 0; } .halves .bar { height: 18px; } .halves p { font-size: .875rem; margin: 0; } .halves .bar { margin: 0 0 .5rem; }
.advice { display: grid; gap: .9rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 19rem), 1fr)); list-style: none; margin: 1rem 0 0; padding: 0; } .advice li { border: 1px solid var(--line); border-radius: 12px; padding: 1rem 1.1rem; overflow-wrap: anywhere; min-width: 0; }
.advice .saves { font-size: 1.35rem; font-weight: 650; letter-spacing: -.01em; } .advice p { font-size: .9rem; } .advice code { font-size: .75rem; color: var(--muted); }
.unseen { margin: .75rem 0 0; padding: 0; display: grid; gap: .75rem 1.5rem; grid-template-columns: repeat(auto-fill, minmax(min(100%, 17rem), 1fr)); } .unseen dt { font-weight: 600; font-size: .9rem; } .unseen dd { margin: 0; color: var(--muted); font-size: .875rem; }
footer { color: var(--muted); font-size: .8125rem; margin-top: 2rem; }
@media (min-width: 1700px) { body { font-size: 19px; } .page { max-width: 1480px; } }
@media (max-width: 640px) { .chart .wide { display: none; } .chart .narrow { display: block; } .events li { grid-template-columns: auto 1fr; } .events span:last-child { grid-column: 1 / -1; } .tiles { grid-template-columns: 1fr 1fr; } .tile { padding: .75rem .8rem; } .tile .value { font-size: 1.35rem; } .row .amount { margin-left: 0; width: 100%; }
  table, tbody, tr { display: block; } thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); } caption { display: block; } tr { padding: .55rem 0; border-bottom: 1px solid var(--line); } tbody tr:last-child { border: 0; }
  th[role=rowheader], td { display: flex; justify-content: space-between; gap: 1rem; border: 0; padding: .1rem 0; text-align: right; min-width: 0; white-space: normal; } th[role=rowheader] { text-align: left; font-weight: 600; } td::before { content: attr(data-label); color: var(--muted); flex: none; } nav ul { flex-wrap: nowrap; overflow-x: auto; margin: 0 -1rem; padding: 3px 1rem; } nav a { white-space: nowrap; } }
@media print { :root { --page: #fff; --shadow: none; } body { font-size: 10.5pt; } nav, .skip, summary { display: none; } details::details-content { content-visibility: visible; block-size: auto; } section, .tile { break-inside: avoid; border-color: #bbb; } section.long { break-inside: auto; } * { print-color-adjust: exact; -webkit-print-color-adjust: exact; } }
`;
