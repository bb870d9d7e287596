import { formatCount } from '../../format-number.ts'
import { type Html, html, type Part } from '../html.ts'

/** A column of a table: its header, and whether it holds numbers, which are aligned right. */
export interface Column {
  readonly head: string
  readonly isNumber?: boolean
}

/** Makes a section with a heading. Links use the name `id`. */
export function section(id: string, title: string, ...content: readonly Part[]): Html {
  return html`<section id="${id}" aria-labelledby="${id}-title"><h2 id="${id}-title">${title}</h2>
${content}</section>
`
}

/** Makes an element that scrolls sideways on a narrow page, with the keyboard too. */
export function scrolling(label: string, content: Part, className = ''): Html {
  return html`<div class="scroll ${className}" role="region" tabindex="0" aria-label="${label}">${content}</div>`
}

/**
 * Makes a table. The first cell of each row is its header. `cards`: on a narrow screen, each row becomes a block of
 * lines, which suits words. `scrolls`: the table scrolls sideways, which suits figures.
 */
export function table(
  label: string,
  columns: readonly Column[],
  rows: readonly (readonly Part[])[],
  narrow: 'cards' | 'scrolls' = 'cards',
): Html {
  return scrolling(
    `${label}, as a table`,
    html`<table><thead><tr>${columns.map(({ head, isNumber }) => html`<th scope="col" class="${isNumber ? 'number' : ''}">${head}</th>`)}</tr></thead>
<tbody>${rows.map((cells) => row(cells, columns))}</tbody></table>`,
    narrow,
  )
}

/** Makes a row of a table. A row with one cell is the header of a group. */
function row(cells: readonly Part[], columns: readonly Column[]): Html {
  if (cells.length === 1)
    return html`<tr class="group"><th scope="rowgroup" colspan="${columns.length}">${cells[0]}</th></tr>
`
  return html`<tr>${cells.map((cell, i) =>
    i === 0
      ? html`<th scope="row" class="name">${cell}</th>`
      : html`<td class="${columns[i].isNumber ? 'number' : 'name'}" data-head="${columns[i].head}">${cell}</td>`,
  )}</tr>
`
}

/** Makes a figure with a caption. */
export function figure(caption: Part, content: Part): Html {
  return html`<figure><figcaption>${caption}</figcaption>${content}</figure>
`
}

/** Says how many further items are left out; nothing if none are. */
export function leftOut(count: number, noun: string): Part {
  return count > 0 && html`<p class="note">${formatCount(count, `further ${noun}`)} left out.</p>`
}

/** Makes a legend: for each series its colour and name. */
export function legend(names: readonly string[]): Html {
  return html`<ul class="legend">${names.map((name, i) => html`<li><span class="key s${i}"></span>${name}</li>`)}</ul>`
}
