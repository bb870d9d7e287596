/** The replacement text for a secret. */
const HIDDEN = '(not shown)'

/** The ending of the names of settings, variables and flags with secret values. */
const SECRET_NAME =
  '(?:token|password|passwd|passphrase|secret|credentials?|private-?key|key-?data|certificate-?key|access-?key|secret-?key|secretbox-?\\w*|datastore-?endpoint|vpn-?auth|psk)'

/** A name and its value: `token: x`, `"token": "x"`, `K3S_TOKEN=x`, `--token=x`, `--token x`. */
const NAMED = new RegExp(
  `((?:^|[\\s"'{,(])(?:--?)?[\\w.-]*?${SECRET_NAME}["']?(?:\\s*[:=]\\s*|(?<=--?[\\w.-]*)\\s+))("(?:[^"\\\\]|\\\\.)*"|'[^']*'|[^\\s"',}\\]]+)`,
  'gi',
)

/** Texts that are secret anywhere: tokens of kubeadm, k3s and JWT, long base64, and passwords in URLs. */
const BARE: readonly (readonly [pattern: RegExp, replacement: string])[] = [
  [/\b[a-z0-9]{6}\.[a-z0-9]{16}\b/g, HIDDEN],
  [/\bK10[0-9a-f]{8,}\S*/g, HIDDEN],
  [/\beyJ[\w-]{8,}\.[\w-]+(?:\.[\w-]*)?/g, HIDDEN],
  [/(?<!sha256:)(?<![\w/+.-])[A-Za-z0-9+]{24}[A-Za-z0-9+/]{12,}={0,2}(?![\w/+.-])/g, HIDDEN],
  [/(:\/\/)[^\s/@"']+@/g, `$1${HIDDEN}@`],
]

/** A line with a secret name whose value is on the lines below it: `token: |`, `token: >-`, or nothing. */
const OPENING = new RegExp(`^(\\s*(?:- +)?)["']?[\\w.-]*?${SECRET_NAME}["']?\\s*:\\s*([|>][-+\\d]*)?\\s*(?:#.*)?$`, 'i')
/** A key of a map, which ends a value from lines above. */
const KEY = /^\s*(?:- +)?["']?[\w./-]+["']?\s*:(?:\s|$)/

/** Returns the lines of a file with secrets replaced, including secrets that span several lines. */
export function linesWithoutSecrets(lines: readonly string[]): readonly string[] {
  /** The indentation of the name whose value continues, and whether the value is a block. */
  let open: { readonly indent: number; readonly isBlock: boolean } | null = null
  let isInKey = false
  return lines.map((line) => {
    const [, space, text, end] = /(\s*)(.*?)(\s*)$/s.exec(line)!
    if (/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(line)) isInKey = true
    const isOfKey = isInKey
    if (/-----END [A-Z ]*PRIVATE KEY-----/.test(line)) isInKey = false
    if (open !== null && text !== '' && (space.length <= open.indent || (!open.isBlock && KEY.test(line)))) open = null
    const isOpen = open !== null
    const opening = isOpen ? null : OPENING.exec(line)
    if (opening !== null) open = { indent: opening[1].length, isBlock: opening[2] !== undefined }
    if ((isOpen || isOfKey) && text !== '') return `${space}${HIDDEN}${end}`
    return opening === null ? withoutSecrets(line) : line
  })
}

/** Returns a line of a file with secrets replaced. */
export function withoutSecrets(line: string): string {
  const named = line.replace(NAMED, (whole, before: string, value: string) =>
    /^["']?(?:true|false|null|\d{1,3}|\/[\w./-]*)["']?$/.test(value) ? whole : `${before}${HIDDEN}`,
  )
  return BARE.reduce((text, [pattern, replacement]) => text.replace(pattern, replacement), named)
}
