import type { Excerpt } from './excerpt.ts'

/** An object of a list as text, with its kind if it can be found without parsing. */
export interface ListItem {
  readonly text: Excerpt
  readonly kind: string | null
}

/** The items of a list, and the known number of missing ones. */
export interface ListItems {
  readonly items: readonly ListItem[]
  readonly lack: ListLack | null
}

/**
 * A reason why a list is incomplete. `chunk`: the apiserver was asked for a limited number, and there are more. `cut`:
 * the file ends within the list.
 */
export interface ListLack {
  readonly why: 'chunk' | 'cut'
  /** The number of missing objects; null if it is unknown. */
  readonly missing: number | null
}

/**
 * Splits a list of objects, as kubectl prints it, into items without parsing them, because most items of a large list
 * are not needed. Other texts are returned whole.
 */
export function itemsOf(text: Excerpt): ListItems {
  const items = /^\s*\{/.test(text.text) ? jsonItems(text) : yamlItems(text)
  return items ?? { items: [{ text, kind: null }], lack: null }
}

/** Returns the metadata's statement about further objects (k/k apimachinery meta/v1 ListMeta). */
function chunkLack(metadata: string): ListLack | null {
  const missing = /["']?\bremainingItemCount["']?\s*:\s*(\d{1,9})\b/.exec(metadata)?.[1]
  const hasMore = /["']?\bcontinue["']?\s*:\s*["']?[\w+/=-]/.test(metadata)
  return missing === undefined && !hasMore
    ? null
    : { why: 'chunk', missing: missing === undefined ? null : Number(missing) }
}

function yamlItems(whole: Excerpt): ListItems | null {
  const { text } = whole
  const head = /^items:[ \t]*\r?\n(?=([ ]*)- )/m.exec(text)
  if (head === null) return null
  const start = head.index + head[0].length
  const marks = [...text.slice(start).matchAll(new RegExp(`^${head[1]}- `, 'gm'))].map(({ index }) => start + index)
  const after = /^(?![ \r\n#-])/m.exec(text.slice(start))
  const end = after === null ? text.length : start + after.index
  const starts = marks.filter((mark) => mark < end)
  // The text around the items contains the kind of the list.
  const rest = text.slice(0, head.index) + text.slice(end)
  const listKind = /^kind:[ \t]*["']?(\w+)List\b/m.exec(rest)?.[1] ?? null
  const kindLine = new RegExp(`^${head[1]}(?:- |  )kind:[ \\t]*["']?(\\w+)`, 'm')
  const items = starts.map((from, i) => {
    const own = text.slice(from, starts[i + 1] ?? end)
    const kind = kindLine.exec(own)?.[1] ?? listKind
    return { text: whole.part(from, starts[i + 1] ?? end).with(withoutBlocks(own, kind)), kind }
  })
  // kubectl prints `kind: List` after the items.
  const isCut = /^apiVersion:/m.test(rest) && !/^kind:/m.test(rest)
  return { items, lack: isCut ? CUT : chunkLack(rest) }
}

const CUT: ListLack = { why: 'cut', missing: null }

/** The long parts of objects that do not concern paths. */
const LONG_BLOCKS = /^( *)(?:- )?(?:managedFields|images|volumesAttached|volumesInUse):\s*$/

/** The long parts of Nodes that do not concern paths. */
const LONG_BLOCKS_OF_NODES =
  /^( *)(?:- )?(?:managedFields|annotations|images|volumesAttached|volumesInUse|conditions|capacity|allocatable|runtimeHandlers):\s*$/

/** Empties the lines of long parts. The line numbers of the rest do not change. */
function withoutBlocks(text: string, kind: string | null): string {
  const blocks = kind === 'Node' ? LONG_BLOCKS_OF_NODES : LONG_BLOCKS
  let inside: number | null = null
  const lines = text.split('\n').map((line) => {
    if (inside !== null) {
      const indent = line.search(/\S/)
      const isBelow = indent < 0 || indent > inside || (indent === inside && line.startsWith('- ', indent))
      if (isBelow) return ''
      inside = null
    }
    const block = blocks.exec(line)
    if (block === null) return line
    inside = block[1].length
    return ''
  })
  return lines.join('\n')
}

function jsonItems(whole: Excerpt): ListItems | null {
  const { text } = whole
  const head = /"items"\s*:\s*\[/.exec(text)
  if (head === null || !/^\s*\{[^[]*$/.test(text.slice(0, head.index))) return null
  // The items of a list such as NodeList have no kind themselves.
  const listKind = /"kind"\s*:\s*"(\w+)List"/.exec(text.slice(0, head.index))?.[1] ?? null
  const items: ListItem[] = []
  let at = head.index + head[0].length
  for (;;) {
    const [, space, next] = /^(\s*,?\s*)(\{)?/.exec(text.slice(at, at + 1000))!
    at += space.length
    if (next === undefined) return { items, lack: jsonLack(text, head.index, at) }
    const end = endOfObject(text, at)
    if (end === null) return items.length === 0 ? null : { items, lack: CUT }
    const own = text.slice(at, end)
    items.push({
      text: whole.part(at, end),
      kind: listKind ?? /"kind"\s*:\s*"(\w+)"/.exec(own.slice(0, 2000))?.[1] ?? null,
    })
    at = end
  }
}

function jsonLack(text: string, head: number, end: number): ListLack | null {
  return /\S/.test(text.slice(end, end + 1000)) ? chunkLack(text.slice(0, head) + text.slice(end)) : CUT
}

/** Returns the offset after the JSON object that begins at `start`; null if it does not end. */
function endOfObject(text: string, start: number): number | null {
  let depth = 0
  for (let i = start; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code === 0x22) {
      for (i++; i < text.length && text.charCodeAt(i) !== 0x22; i++) if (text.charCodeAt(i) === 0x5c) i++
    } else if (code === 0x7b) depth++
    else if (code === 0x7d && --depth === 0) return i + 1
  }
  return null
}
