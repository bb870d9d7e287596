import { visible } from '../../scenario/problems/visible.ts'

/** Markup in which every text is escaped. Only `html` makes it from texts, so that no plain text is taken for markup. */
export class Html {
  readonly #text: string

  private constructor(text: string) {
    this.#text = text
  }

  /** Returns markup that this program has made itself. It must not hold a text of a scenario that was not escaped. */
  static trusted(text: string): Html {
    return new Html(text)
  }

  toString(): string {
    return this.#text
  }
}

/** A value in a template. Texts are escaped; null and false leave nothing. */
export type Part = string | number | Html | null | false | readonly Part[]

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Escapes a text for content and quoted attributes of HTML and SVG. Characters that hide or act are made visible. */
export function escaped(text: string): string {
  return visible(text).replace(/[&<>"']/g, (found) => ENTITIES[found])
}

/**
 * Makes markup from a template. Every value is escaped, unless it is markup itself.
 * @throws Error for a value in an attribute without quotes, where escaping protects nothing
 * @example
 * html`<p title="${name}">${name}</p>`
 */
export function html(strings: TemplateStringsArray, ...values: readonly Part[]): Html {
  const written = values.map((value, i) => {
    if (/=\s*$/.test(strings[i])) throw new Error(`a value needs quotes: ${strings[i].slice(-40)}`)
    return strings[i] + textOf(value)
  })
  return Html.trusted(written.join('') + strings[strings.length - 1])
}

/** Returns a text of several lines, each of them escaped. */
export function escapedLines(text: string): Html {
  return Html.trusted(text.split('\n').map(escaped).join('\n'))
}

function textOf(value: Part): string {
  if (value === null || value === false) return ''
  if (typeof value === 'string') return escaped(value)
  if (typeof value === 'number') return String(value)
  return value instanceof Html ? value.toString() : value.map(textOf).join('')
}
