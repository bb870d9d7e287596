import { visible } from '../../scenario/problems/visible.ts'

/** Markup with all texts escaped. Only `html` makes it from texts, so plain text is never taken for markup. */
export class Html {
  readonly #text: string

  private constructor(text: string) {
    this.#text = text
  }

  /** Returns markup that onpath itself made. It must not contain unescaped texts of a scenario. */
  static trusted(text: string): Html {
    return new Html(text)
  }

  toString(): string {
    return this.#text
  }
}

/** A value in a template. Texts are escaped; null and false are omitted. */
export type Part = string | number | Html | null | false | readonly Part[]

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Escapes a text for content and quoted attributes of HTML and SVG. Hidden and control characters become visible. */
export function escaped(text: string): string {
  return visible(text).replace(/[&<>"']/g, (found) => ENTITIES[found])
}

/**
 * Makes markup from a template. Every value is escaped, unless it is markup already.
 * @throws Error for a value in an unquoted attribute, where escaping does not protect
 * @example html`<p title="${name}">${name}</p>`
 */
export function html(strings: TemplateStringsArray, ...values: readonly Part[]): Html {
  const written = values.map((value, i) => {
    if (/=\s*$/.test(strings[i])) throw new Error(`a value needs quotes: ${strings[i].slice(-40)}`)
    return strings[i] + textOf(value)
  })
  return Html.trusted(written.join('') + strings[strings.length - 1])
}

/** Returns a multi-line text with each line escaped. */
export function escapedLines(text: string): Html {
  return Html.trusted(text.split('\n').map(escaped).join('\n'))
}

function textOf(value: Part): string {
  if (value === null || value === false) return ''
  if (typeof value === 'string') return escaped(value)
  if (typeof value === 'number') return String(value)
  return value instanceof Html ? value.toString() : value.map(textOf).join('')
}
