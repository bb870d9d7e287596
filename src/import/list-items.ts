import type { Excerpt } from './excerpt.ts'

/** An object of a list as text, with its kind where a look at the text shows it. */
export interface ListItem {
  readonly text: Excerpt
  readonly kind: string | null
}

/** The items of a list, and what is known of others that it lacks. */
export interface ListItems {
  readonly items: readonly ListItem[]
  readonly lack: ListLack | null
}

/**
 * Why a list has not all objects. `chunk`: the apiserver was asked for so many, and says that there are more; `cut`: the
 * file ends within the list.
 */
export interface ListLack {
  readonly why: 'chunk' | 'cut'
  /** The number of objects that are missing; null if nothing says it. */
  readonly missing: number | null
}

/**
 * Splits a list of objects, as kubectl prints it, into its items, without parsing them: most of a large list concerns
 * nobody. Any other text is returned whole.
 */
export function itemsOf(text: Excerpt): ListItems {
  const items = /^\s*\{/.test(text.text) ? jsonItems(text) : yamlItems(text)
  return items ?? { items: [{ text, kind: null }], lack: null }
}

/** Returns what the metadata of a list say of further objects (k/k apimachinery meta/v1 ListMeta). */
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
  // What stands before and after the items has the kind of the list.
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

/** The parts of objects that are long and concern no path. */
const LONG_BLOCKS = /^( *)(?:- )?(?:managedFields|images|volumesAttached|volumesInUse):\s*$/

/** The same of Nodes. */
const LONG_BLOCKS_OF_NODES =
  /^( *)(?:- )?(?:managedFields|annotations|images|volumesAttached|volumesInUse|conditions|capacity|allocatable|runtimeHandlers):\s*$/

/** Empties the lines of long parts, so that the others keep their numbers. */
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
  // The items of a list such as NodeList have no kind of their own.
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

/** Returns the offset after the JSON object that begins at `start`, or null when it does not end. */
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
