/** A fenced block of a page below docs/adding/ that the test acts on, by the line on which its fence opens. */
export type Block = FileBlock | DiffBlock | CommandsBlock

export interface FileBlock {
  readonly kind: 'file'
  readonly line: number
  /** From the root of the repository. */
  readonly path: string
  readonly content: string
}

export interface DiffBlock {
  readonly kind: 'diff'
  readonly line: number
  readonly path: string
  readonly hunks: readonly Hunk[]
}

/** What a hunk finds, and what it puts in its place: whole lines. */
export interface Hunk {
  readonly before: readonly string[]
  readonly after: readonly string[]
  readonly added: number
  readonly removed: number
}

export interface CommandsBlock {
  readonly kind: 'commands'
  readonly line: number
  readonly commands: readonly { readonly text: string; readonly exitCode: number }[]
}

const FENCE = /^```(\S*)(?: file=(\S+))?$/
const FILE_LANGUAGES = ['ts', 'yaml', 'md', 'json']

/** The blocks of a page in their order. @throws Error where a fence says what the format does not have. */
export function parsePage(text: string): Block[] {
  const lines = text.split('\n')
  const blocks: Block[] = []
  for (let i = 0; i < lines.length; i++) {
    if (!lines[i].startsWith('```')) continue
    const end = lines.indexOf('```', i + 1)
    if (end < 0) throw new Error(`line ${i + 1}: the block has no end`)
    const block = parseBlock(lines[i], lines.slice(i + 1, end), i + 1)
    if (block !== null) blocks.push(block)
    i = end
  }
  return blocks
}

/** null: the block is only to be read. */
function parseBlock(fence: string, body: readonly string[], line: number): Block | null {
  const [, language, path] = FENCE.exec(fence) ?? []
  if (language === undefined) throw new Error(`line ${line}: ${fence} is not of the format of docs/adding/README.md`)
  if (language === 'sh') return { kind: 'commands', line, commands: body.filter((one) => one !== '').map(parseCommand) }
  if (path === undefined) return null
  if (language === 'diff') return { kind: 'diff', line, path, hunks: parseHunks(body, line) }
  if (!FILE_LANGUAGES.includes(language)) throw new Error(`line ${line}: no file can be written in ${language}`)
  return { kind: 'file', line, path, content: `${body.join('\n')}\n` }
}

function parseCommand(line: string): { text: string; exitCode: number } {
  const [, text, code] = /^(.*?)(?:\s+# exit (\d+))?$/.exec(line) ?? ['', line]
  return { text, exitCode: code === undefined ? 0 : Number(code) }
}

/** Lines of `@@ …` part hunks; an empty line is context, since editors remove the blank before it. */
function parseHunks(body: readonly string[], line: number): Hunk[] {
  const groups: string[][] = [[]]
  for (const one of body) {
    if (one.startsWith('@@')) groups.push([])
    else groups[groups.length - 1].push(one === '' ? ' ' : one)
  }
  return groups
    .filter((group) => group.length > 0)
    .map((group) => {
      const other = group.find((one) => !/^[ +-]/.test(one))
      if (other !== undefined) throw new Error(`line ${line}: a line of a diff begins with a blank, + or -: ${other}`)
      const lines = (marks: string) => group.filter((one) => marks.includes(one[0])).map((one) => one.slice(1))
      return { before: lines(' -'), after: lines(' +'), added: lines('+').length, removed: lines('-').length }
    })
}
