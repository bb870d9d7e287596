/** The content of a link to the page: a scenario with its attackers and seed, the time to show, and the view. */
export interface PageState {
  /** The name of the scenario's file. */
  readonly file: string
  readonly text: string
  /** The simulated time that is shown. */
  readonly atNs?: number
  /** The name of the view below the picture. */
  readonly view?: string
}

/** The version of the format, at the start of the fragment. */
const VERSION = '1.'

/** The most bytes of a link's content. It prevents a short link from filling the memory. */
const MOST_BYTES = 2_000_000
const MOST_CHARACTERS = 1_000_000

/** Returns the fragment of the link to a state, without `#`: compressed JSON in Base64 for URLs. */
export async function fragmentOf({ file, text, atNs, view }: PageState): Promise<string> {
  const json = JSON.stringify({ file, text, atNs, view })
  const compressed = new Blob([json]).stream().pipeThrough(new CompressionStream('deflate-raw'))
  return VERSION + base64Of(new Uint8Array(await new Response(compressed).arrayBuffer()))
}

/** Reads the fragment of a link; null if it is not a state of this version, is damaged, or is too large. */
export async function stateOf(fragment: string): Promise<PageState | null> {
  if (!fragment.startsWith(VERSION) || fragment.length > MOST_CHARACTERS) return null
  try {
    const bytes = bytesOf(fragment.slice(VERSION.length))
    const text = await decompressed(bytes)
    return text === null ? null : checked(JSON.parse(text))
  } catch {
    return null
  }
}

async function decompressed(bytes: Uint8Array<ArrayBuffer>): Promise<string | null> {
  const reader = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw')).getReader()
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let [text, length] = ['', 0]
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return text + decoder.decode()
    length += value.length
    if (length > MOST_BYTES) {
      await reader.cancel()
      return null
    }
    text += decoder.decode(value, { stream: true })
  }
}

function checked(value: unknown): PageState | null {
  if (typeof value !== 'object' || value === null) return null
  const { file, text, atNs, view } = value as Record<string, unknown>
  if (typeof file !== 'string' || typeof text !== 'string') return null
  return {
    file: file.slice(0, 200),
    text,
    ...(typeof atNs === 'number' && atNs >= 0 ? { atNs } : {}),
    ...(typeof view === 'string' ? { view } : {}),
  }
}

function base64Of(bytes: Uint8Array): string {
  let binary = ''
  for (const byte of bytes) binary += String.fromCharCode(byte)
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')
}

function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (character) => character.charCodeAt(0))
}
