import { ipBytes, ipText } from './ip-bytes.ts'
import { labelsOf, type Mailbox, mailboxOf, uriHost } from './name-syntax.ts'
import type {
  AddressRange,
  AlternativeName,
  NameConstraints,
  ParsedCertificate,
  Refused,
} from './parsed-certificate.ts'

/** The most comparisons of one CA's constraints with the names below it (Go's MaxConstraintComparisions). */
const MOST_COMPARISONS = 250_000

/** Checks the names of all certificates below a CA against its constraints, in Go's order (isValid). */
export function checkNameConstraints(
  constraints: NameConstraints,
  chain: readonly ParsedCertificate[],
): Refused | null {
  const count = { comparisons: 0 }
  for (const { names } of chain)
    for (const name of names ?? []) {
      const refused = checkName(name, constraints, count)
      if (refused !== null) return refused
    }
  return null
}

function checkName(name: AlternativeName, constraints: NameConstraints, count: Count): Refused | null {
  const { value } = name
  switch (name.kind) {
    case 'dns':
      if (labelsOf(value) === null) return malformed(`x509: cannot parse dnsName "${value}"`)
      return check('DNS name', value, (each) => matchDomain(value, each), domainsOf('dns', constraints), count)
    case 'email': {
      const mailbox = mailboxOf(value)
      if (mailbox === null) return malformed('x509: cannot parse rfc822Name {"" ""}')
      return check('email address', value, (each) => matchEmail(mailbox, each), domainsOf('email', constraints), count)
    }
    case 'uri':
      return check('URI', value, (each) => matchUri(value, each), domainsOf('uri', constraints), count)
    case 'ip': {
      const ranges = { permitted: constraints.permitted.ip, excluded: constraints.excluded.ip, text: rangeText }
      return check('IP address', ipText(value), (range) => isInRange(value, range), ranges, count)
    }
    case 'other':
      return null
  }
}

interface Count {
  comparisons: number
}

interface Lists<Constraint> {
  readonly permitted: readonly Constraint[]
  readonly excluded: readonly Constraint[]
  readonly text: (constraint: Constraint) => string
}

function domainsOf(kind: 'dns' | 'email' | 'uri', { permitted, excluded }: NameConstraints): Lists<string> {
  return { permitted: permitted[kind], excluded: excluded[kind], text: (constraint) => constraint }
}

/** Returns whether a name matches a constraint, or an error as text if it cannot be compared. */
type Match<Constraint> = (constraint: Constraint) => boolean | string

function check<Constraint>(
  kind: string,
  name: string,
  match: Match<Constraint>,
  { permitted, excluded, text }: Lists<Constraint>,
  count: Count,
): Refused | null {
  count.comparisons += excluded.length
  if (count.comparisons > MOST_COMPARISONS) return TOO_MANY
  for (const constraint of excluded) {
    const found = match(constraint)
    if (typeof found === 'string') return violated(found)
    if (found) return violated(`${kind} "${name}" is excluded by constraint "${text(constraint)}"`)
  }
  count.comparisons += permitted.length
  if (count.comparisons > MOST_COMPARISONS) return TOO_MANY
  for (const constraint of permitted) {
    const found = match(constraint)
    if (typeof found === 'string') return violated(found)
    if (found) return null
  }
  return permitted.length === 0 ? null : violated(`${kind} "${name}" is not permitted by any constraint`)
}

/** Go has no words for this error. */
const TOO_MANY: Refused = { refusal: 'too-many-constraints', message: 'x509: unknown error' }

function violated(detail: string): Refused {
  const message = `x509: a root or intermediate certificate is not authorized to sign for this name: ${detail}`
  return { refusal: 'name-constraint', message }
}

function malformed(message: string): Refused {
  return { refusal: 'malformed-name', message }
}

/** A constraint matches its domain and those below it; with a dot before it, only those below. Empty: all. */
function matchDomain(domain: string, constraint: string): boolean | string {
  if (constraint === '') return true
  const labels = labelsOf(domain)
  if (labels === null) return `x509: internal error: cannot parse domain "${domain}"`
  const isBelowOnly = constraint.startsWith('.')
  const base = isBelowOnly ? constraint.slice(1) : constraint
  const wanted = labelsOf(base)
  if (wanted === null) return `x509: internal error: cannot parse domain "${base}"`
  if (labels.length < wanted.length || (isBelowOnly && labels.length === wanted.length)) return false
  return wanted.every((label, at) => label.toLowerCase() === labels[at].toLowerCase())
}

function matchEmail(mailbox: Mailbox, constraint: string): boolean | string {
  if (!constraint.includes('@')) return matchDomain(mailbox.domain, constraint)
  const wanted = mailboxOf(constraint)
  if (wanted === null) return `x509: internal error: cannot parse constraint "${constraint}"`
  return mailbox.local === wanted.local && mailbox.domain.toLowerCase() === wanted.domain.toLowerCase()
}

function matchUri(uri: string, constraint: string): boolean | string {
  const authority = uriHost(uri)
  if (authority === '') return `URI with empty host ("${uri}") cannot be matched against constraints`
  const host = authority.includes(':') && !authority.endsWith(']') ? authority.replace(/:[^:]*$/, '') : authority
  if (ipBytes(host) !== null || (host.startsWith('[') && host.endsWith(']')))
    return `URI with IP ("${uri}") cannot be matched against constraints`
  return matchDomain(host, constraint)
}

function isInRange(address: string, { address: base, mask }: AddressRange): boolean {
  if (address.length !== base.length) return false
  return Array.from(address, (_, at) => at).every(
    (at) => (digit(address, at) & digit(mask, at)) === (digit(base, at) & digit(mask, at)),
  )
}

function digit(text: string, at: number): number {
  return Number.parseInt(text[at], 16)
}

/** Formats a range as Go's IPNet.String does, for masks that begin with ones. */
function rangeText({ address, mask }: AddressRange): string {
  const ones = Array.from(mask, (_, at) => [0, 8, 12, 14, 15].indexOf(digit(mask, at))).reduce(
    (sum, each) => sum + each,
    0,
  )
  return `${ipText(address)}/${ones}`
}
