/** Templates of the report. `<%= %>` escapes; `<%~ %>` takes what another template or the chart library has rendered. */

export const tableTemplate = `
<div class="scroll" tabindex="0" role="group" aria-label="<%= it.caption %>">
<table role="table"><caption><%= it.caption %></caption>
<thead role="rowgroup"><tr role="row"><% for (const column of it.columns) { %><th scope="col" role="columnheader"<% if (column.number) { %> class="number"<% } %>><%= column.name %></th><% } %></tr></thead>
<tbody role="rowgroup"><% for (const row of it.rows) { %><tr role="row"><% row.forEach((cell, index) => { const column = it.columns[index]; const tag = index === 0 ? 'th' : 'td'; %>
<<%= tag %><% if (index === 0) { %> scope="row" role="rowheader"<% } else { %> role="cell"<% } %> data-label="<%= column.name %>" class="<%= column.number ? 'number' : '' %> <%= column.code ? 'code' : '' %>"><% if (typeof cell === 'string') { %><%= cell %><% } else { %><span class="part"><span><%= cell.text %></span><i style="--share: <%= (cell.bar * 100).toFixed(1) %>%"></i></span><% } %></<%= tag %>><% }) %></tr><% } %></tbody></table></div>
<% if (it.more) { %><p class="quiet"><%= it.more %></p><% } %>`;

export const chartTemplate = `
<figure><div class="chart" role="img" aria-label="<%= it.alt %>"><div class="wide"><%~ it.chart.wide %></div><div class="narrow"><%~ it.chart.narrow %></div></div>
<figcaption><ul class="legend"><% for (const entry of it.legend) { %><li><span class="key <%= entry.look %>" style="--key: <%= entry.colour %>"></span><span><%= entry.name %></span></li><% } %></ul></figcaption></figure>
<details><summary>The figures of this chart</summary><%~ include('@table', it.table) %></details>`;

export const budgetsTemplate = `
<ul class="budgets"><% for (const bar of it.bars) { const scale = Math.max(1, bar.share || 0); %>
<li><div class="row"><span class="name"><%= bar.name %></span><% if (bar.what) { %><span class="quiet"><%= bar.what %></span><% } %>
<% if (bar.level) { %><span class="badge <%= it.tones[bar.level] || 'over' %>"><%= bar.level %></span><% } %><% if (bar.wasLevel) { %><span class="badge <%= it.tones[bar.wasLevel] %>">was <%= bar.wasLevel %></span><% } %>
<span class="amount"><b><%= bar.spent %></b><% if (bar.limit) { %> of <%= bar.limit %><% } %> <span class="quiet">(<%= bar.percent %>)</span></span></div>
<% if (bar.share !== undefined) { %><div class="bar <%= bar.tone %>" aria-hidden="true"><i style="--share: <%= (100 * bar.share / scale).toFixed(1) %>%"></i><% if (bar.share > 1) { %><b style="--limit: <%= (100 / scale).toFixed(1) %>%"></b><% } %></div><% } %>
<div class="quiet"><%= [bar.window, bar.requests + ' requests', ...bar.notes].join(' · ') %></div></li><% } %></ul>
<% if (it.more) { %><p class="quiet"><%= it.more %></p><% } %>`;

export const pageTemplate = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"><meta name="referrer" content="no-referrer"><meta name="generator" content="Bedrock Budgeteer">
<title><%= it.title %></title><style><%~ it.style %></style></head>
<body><a class="skip" href="#content">Skip to the report</a><div class="page">
<header><p class="brand"><svg viewBox="0 0 32 32" aria-hidden="true"><rect width="32" height="32" rx="8" fill="var(--accent)"/><path d="M8 22V16M14 22V10M20 22V13" stroke="var(--card)" stroke-width="3" stroke-linecap="round"/><path d="M6 8H26" stroke="var(--card)" stroke-width="2" stroke-dasharray="3 3"/></svg><strong>Bedrock Budgeteer</strong><span><%= it.made %></span></p>
<h1><%= it.headline.first %></h1><ul class="further"><% for (const sentence of it.headline.further) { %><li><%= sentence %></li><% } %></ul></header>
<ul class="tiles" aria-label="Key figures"><% for (const tile of it.tiles) { %><li class="tile <%= tile.tone %>"><span class="label"><%= tile.label %></span><span class="value"><%= tile.value %></span><span class="note"><%= tile.note %></span></li><% } %></ul>
<nav aria-label="Sections"><ul><% for (const [id, name] of it.sections) { %><li><a href="#<%= id %>"><%= name %></a></li><% } %></ul></nav>
<main id="content">
<section id="time" aria-labelledby="h-time"><h2 id="h-time">Spend over time</h2>
<% if (it.monthChart) { %><p class="quiet"><%= it.monthChart.alt %></p><%~ include('@chart', it.monthChart) %><% } %>
<% if (it.sharesChart) { %><h3><%= it.sharesChart.title %></h3><%~ include('@chart', it.sharesChart) %><% } else { %><p>Nothing was spent.</p><% } %></section>
<section id="budgets" class="long" aria-labelledby="h-budgets"><h2 id="h-budgets">Budgets</h2><p class="quiet">Spent against the limit in force. Of several windows of a kind, the one used up most. A dark line shows the limit where more was spent.</p><%~ include('@budgets', { ...it.budgets, tones: it.tones }) %></section>
<section id="who" class="long" aria-labelledby="h-who"><h2 id="h-who">Who spent what on which models</h2><%~ include('@table', it.who) %><h3>Models</h3><%~ include('@table', it.models) %></section>
<section id="events" class="long" aria-labelledby="h-events"><h2 id="h-events">Warnings, restrictions, suspensions, orders</h2>
<% if (it.timeLine.more) { %><p class="quiet"><%= it.timeLine.more %></p><% } %><% if (it.timeLine.events.length === 0) { %><p>Nothing: no budget reached a threshold.</p><% } %>
<ol class="events"><% for (const event of it.timeLine.events) { %><li><time datetime="<%= event.at %>"><%= event.when %></time><span><span class="badge <%= it.tags[event.tag] %>"><%= event.tag %></span></span><span><%= event.text %></span></li><% } %></ol></section>
<section id="refused" aria-labelledby="h-refused"><h2 id="h-refused">What was refused</h2><p><%= it.refused.text %></p><% if (it.refused.table) { %><%~ include('@table', it.refused.table) %><% } %></section>
<section id="expensive" aria-labelledby="h-expensive"><h2 id="h-expensive">The expensive fifth</h2><p><%= it.expensive.text %></p>
<div class="halves" aria-hidden="true"><p>Requests</p><div class="bar"><i style="--share: <%= (100 * it.expensive.calls).toFixed(1) %>%"></i></div><p>Spend</p><div class="bar"><i style="--share: <%= (100 * it.expensive.cost).toFixed(1) %>%"></i></div></div><%~ include('@table', it.expensive.table) %></section>
<section id="cache" aria-labelledby="h-cache"><h2 id="h-cache">Prompt cache</h2><p><%= it.cache.text %></p><%~ include('@table', it.cache.table) %></section>
<section id="advice" class="long" aria-labelledby="h-advice"><h2 id="h-advice">Ways to spend less</h2>
<% if (it.advice.items.length === 0) { %><p>Nothing worth a dollar was found.</p><% } else { %><p class="quiet">Priced call by call with the same price book. Ways for the same calls exclude one another: what they save does not add up.</p><% } %>
<ul class="advice"><% for (const item of it.advice.items) { %><li><span class="saves"><%= item.saves %></span> <span class="quiet">less (<%= item.percent %>)</span><p><b><%= item.change %></b></p><p><%= item.who %>: <%= item.evidence %></p><p class="quiet"><%= item.assumption %></p><code><%= item.code %></code></li><% } %></ul><% if (it.advice.more) { %><p class="quiet"><%= it.advice.more %></p><% } %></section>
<section id="coverage" aria-labelledby="h-coverage"><h2 id="h-coverage">How well this is known</h2><% for (const sentence of it.coverage.sentences) { %><p><%= sentence %></p><% } %><%~ include('@table', it.coverage.lines) %><% if (it.coverage.quarantine) { %><%~ include('@table', it.coverage.quarantine) %><% } %></section>
<section id="unseen" aria-labelledby="h-unseen"><h2 id="h-unseen">What is not seen</h2><p class="quiet">This report rests on Bedrock’s invocation logs. What they do not have is in no figure above.</p><dl class="unseen"><% for (const each of it.coverage.unseen) { %><div><dt><%= each.what %></dt><dd><%= each.why %></dd></div><% } %></dl></section>
</main><footer><p>Made by Bedrock Budgeteer from invocation logs alone: no prompt and no answer is in this file, it runs no script and asks no network.</p></footer>
</div></body></html>
`;
