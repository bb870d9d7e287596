/** Returns the labels of a domain from its end; null if it has an empty label or other than printing characters. */
export function labelsOf(domain: string): readonly string[] | null {
  if (domain === '') return []
  const labels = domain.split('.').reverse()
  return labels.every((label) => /^[!-~]+$/.test(label)) ? labels : null
}

/** An e-mail address in two parts. */
export interface Mailbox {
  readonly local: string
  readonly domain: string
}

/** Reads an rfc822Name as Go's parseRFC2821Mailbox does (RFC 2821 section 4.1.2); null if it is none. */
export function mailboxOf(text: string): Mailbox | null {
  const local = text.startsWith('"') ? quotedLocal(text) : plainLocal(text)
  if (local === null || text[local.end] !== '@') return null
  const domain = text.slice(local.end + 1)
  return labelsOf(domain) === null ? null : { local: local.value, domain }
}

interface LocalPart {
  readonly value: string
  /** The index after it. */
  readonly end: number
}

function quotedLocal(text: string): LocalPart | null {
  let value = ''
  for (let at = 1; at < text.length; at++) {
    if (text[at] === '"') return { value, end: at + 1 }
    const isEscape = text[at] === '\\'
    if (isEscape) at++
    if (at >= text.length || !(isEscape ? mayBeEscaped : mayBeQuoted)(text.charCodeAt(at))) return null
    value += text[at]
  }
  return null
}

/** All but NUL, line feed and carriage return. */
function mayBeEscaped(code: number): boolean {
  return code >= 1 && code <= 127 && code !== 10 && code !== 13
}

function mayBeQuoted(code: number): boolean {
  return mayBeEscaped(code) && code !== 9 && code !== 34 && code !== 92
}

/** Dots stand between characters only, one at a time (RFC 3696 section 3). A backslash before a character counts not. */
function plainLocal(text: string): LocalPart | null {
  let value = ''
  let at = 0
  for (; at < text.length; at++) {
    if (text[at] === '\\') {
      at++
      if (at >= text.length) return null
    } else if (!/[0-9a-zA-Z!#$%&'*+\-/=?^_`{|}~.]/.test(text[at])) break
    value += text[at]
  }
  if (value === '' || value.startsWith('.') || value.endsWith('.') || value.includes('..')) return null
  return { value, end: at }
}

/** Returns the host of a URI with its port, as Go's url.Parse does; empty if it has none. */
export function uriHost(uri: string): string {
  return /^[a-zA-Z][a-zA-Z0-9+.-]*:\/\/(?:[^/?#]*@)?([^/?#]*)/.exec(uri)?.[1] ?? ''
}
