import { ipBytes } from '../../../src/security/x509/ip-bytes.ts'
import type {
  AlternativeName,
  ConstraintLists,
  ParsedCertificate,
} from '../../../src/security/x509/parsed-certificate.ts'

/** The number of chains that Go has judged. */
export const CHAINS = 2000

/** A generated certificate, as plain values: Go makes the same from them (bench/certificates/go). */
export interface Spec {
  /** The number of the subject, and of that of the issuer: subjects have few numbers, so that chains meet. */
  readonly subject: number
  readonly issuer: number
  readonly key: number
  readonly signer: number
  readonly version: 1 | 3
  readonly isAuthority: boolean | null
  readonly maySign: boolean
  readonly pathLength: number | null
  readonly hasKeyIds: boolean
  /** DNS names and addresses; null for no extension. */
  readonly names: readonly string[] | null
  readonly usages: readonly ('server' | 'client' | 'any' | 'codeSigning')[]
  readonly permitted: readonly string[]
  readonly excluded: readonly string[]
  /** Excluded names that match nothing. */
  readonly padding: number
  readonly isCritical: boolean
  /** Days from the present: both ends. */
  readonly fromDay: number
  readonly toDay: number
  readonly serial: number
}

export interface Chain {
  readonly id: string
  readonly leaf: Spec
  readonly roots: readonly Spec[]
  readonly intermediates: readonly Spec[]
  readonly name: string
  readonly usages: readonly string[]
}

/** The generator of Numerical Recipes, of which the upper bits are taken. */
class Dice {
  private state: number

  constructor(seed: number) {
    this.state = Math.imul(seed, 2_654_435_761) >>> 0
  }

  below(limit: number): number {
    this.state = (Math.imul(this.state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((this.state / 2 ** 32) * limit)
  }

  /** Returns true in so many percent of all calls. */
  is(percent: number): boolean {
    return this.below(100) < percent
  }

  of<T>(list: readonly T[]): T {
    return list[this.below(list.length)]
  }
}

const NAMES = ['node-1.example', 'a.node-1.example', '*.example', 'else.test', '10.0.1.1', 'fd00::1', '.example']
const WANTED = ['node-1.example', 'NODE-1.example.', 'a.example', '10.0.1.1', 'fd00::1', '[fd00:0::1]', 'else.test']
const CONSTRAINTS = ['example', '.example', 'node-1.example', 'test', '10.0.0.0/8', 'fd00::/16', '192.168.0.0/16']

/** Faults that the generator puts into a chain that is fine otherwise. */
const FAULTS = [
  ...[
    'constraint',
    'constraint',
    'none',
    'none',
    'none',
    'none',
    'none',
    'none',
    'name',
    'dates',
    'early',
    'ca-dates',
    'critical',
    'usage',
    'ca-usage',
  ],
  ...['constraint', 'malformed', 'padding', 'path', 'version', 'signer', 'no-ca', 'missing', 'many', 'chaos', 'chaos'],
] as const

/** Returns the chain of a number: the same on every machine. */
export function chainOf(number: number): Chain {
  const dice = new Dice(number + 1)
  const fault = FAULTS[number % FAULTS.length]
  const serials = { next: number * 1000 + 1 }
  const make = (changes: Partial<Spec>): Spec => ({ ...plainSpec(dice, serials.next++), ...changes })
  const depth = fault === 'path' || fault === 'version' ? 2 : dice.below(3)
  const root = make({ subject: 0, issuer: 0, key: 0, signer: 0, isAuthority: true })
  const middles = Array.from({ length: depth }, (_, i) =>
    make({ subject: i + 1, issuer: i, key: i + 1, signer: i, isAuthority: true }),
  )
  const wanted = dice.of(WANTED)
  const leaf = make({
    ...{ subject: 9, issuer: depth, key: 9, signer: depth, isAuthority: dice.of([null, false]) },
    names: [nameFor(wanted), ...(dice.is(40) ? [dice.of(NAMES.slice(0, 6))] : [])],
    usages: dice.of([[], ['server'], ['server', 'client'], ['any']] as const),
  })
  const plain = { leaf, roots: [root], intermediates: middles.toReversed() }
  const broken = withFault(fault, plain, dice, make)
  const extra = dice.is(30) ? [make({ subject: depth, issuer: 7, key: 6, signer: 7, isAuthority: true })] : []
  return {
    id: String(number),
    ...broken,
    intermediates: dice.is(50) ? [...broken.intermediates, ...extra] : [...extra, ...broken.intermediates],
    name: fault === 'name' ? 'other.example.test' : wanted,
    usages: ['server'],
  }
}

function plainSpec(dice: Dice, serial: number): Spec {
  return {
    ...{ subject: 0, issuer: 0, key: 0, signer: 0, version: 3, isAuthority: true, maySign: true, pathLength: null },
    ...{ hasKeyIds: dice.is(80), names: null, usages: [], permitted: [], excluded: [], padding: 0, isCritical: false },
    ...{ fromDay: -10, toDay: 10, serial },
  }
}

/** Returns a name that the leaf can have for a wanted one. */
function nameFor(wanted: string): string {
  const bare = wanted.replace(/^\[|\]$/g, '')
  return bare === '[fd00:0::1' || bare.startsWith('fd00') ? 'fd00::1' : bare.toLowerCase().replace(/\.$/, '')
}

type Parts = Pick<Chain, 'leaf' | 'roots' | 'intermediates'>

function withFault(
  fault: (typeof FAULTS)[number],
  { leaf, roots, intermediates }: Parts,
  dice: Dice,
  make: (changes: Partial<Spec>) => Spec,
): Parts {
  const [root] = roots
  /** Changes the CA that signed the leaf. */
  const above = (changes: Partial<Spec>): Parts =>
    intermediates.length === 0
      ? { leaf, roots: [{ ...root, ...changes }], intermediates }
      : { leaf, roots, intermediates: [{ ...intermediates[0], ...changes }, ...intermediates.slice(1)] }
  const changed = (changes: Partial<Spec>): Parts => ({ leaf: { ...leaf, ...changes }, roots, intermediates })
  switch (fault) {
    case 'none':
    case 'name':
      return { leaf, roots, intermediates }
    case 'dates':
      return changed({ toDay: -1 })
    case 'early':
      return changed({ fromDay: 1 })
    case 'ca-dates':
      return above(dice.is(50) ? { toDay: -2 } : { fromDay: 2 })
    case 'critical':
      return dice.is(50) ? changed({ isCritical: true }) : above({ isCritical: true })
    case 'usage':
      return changed({ usages: ['client'] })
    case 'ca-usage':
      return above({ usages: dice.of([['client'], ['codeSigning'], ['any'], ['server', 'client']] as const) })
    case 'constraint':
      return above({ [dice.of(['permitted', 'excluded'] as const)]: [dice.of(CONSTRAINTS), dice.of(CONSTRAINTS)] })
    case 'malformed':
      return {
        ...above({ permitted: ['example', 'test', '10.0.0.0/8', 'fd00::/16'] }),
        leaf: { ...leaf, names: ['.example', ...(leaf.names ?? [])] },
      }
    case 'padding':
      return above({ padding: 250_001 })
    case 'path': {
      const limited = { ...root, pathLength: dice.below(2) }
      return { leaf, roots: [limited], intermediates }
    }
    case 'version':
      return { leaf, roots, intermediates: intermediates.map((each, i) => (i === 0 ? { ...each, version: 1 } : each)) }
    case 'signer':
      return changed({ signer: 5 })
    case 'no-ca':
      return above(dice.is(50) ? { isAuthority: dice.of([null, false]) } : { maySign: false })
    case 'missing':
      return intermediates.length === 0 ? { leaf, roots: [], intermediates } : { leaf, roots, intermediates: [] }
    case 'many': {
      const foes = Array.from({ length: 101 }, () =>
        make({ subject: leaf.issuer, issuer: 7, key: 6, signer: 7, isAuthority: true }),
      )
      return { leaf, roots: [], intermediates: [...foes, ...intermediates] }
    }
    case 'chaos':
      return chaos({ leaf, roots, intermediates }, dice, make)
  }
}

/** Cross-signed CAs, circles, several roots, and faults in some of them. */
function chaos({ leaf, roots, intermediates }: Parts, dice: Dice, make: (changes: Partial<Spec>) => Spec): Parts {
  const random = () =>
    make({
      ...{ subject: dice.below(4), issuer: dice.below(4), key: dice.below(4), signer: dice.below(4) },
      isAuthority: dice.of([true, true, true, true, false, null]),
      pathLength: dice.of([null, null, null, 0, 1]),
      permitted: dice.is(15) ? [dice.of(CONSTRAINTS)] : [],
      excluded: dice.is(15) ? [dice.of(CONSTRAINTS)] : [],
      usages: dice.of([[], [], [], ['server'], ['client']] as const),
      ...(dice.is(15) ? { toDay: -1 } : {}),
      isCritical: dice.is(5),
      names: dice.is(20) ? [dice.of(NAMES)] : null,
    })
  const more = Array.from({ length: 2 + dice.below(5) }, random)
  return {
    leaf,
    roots: dice.is(60) ? [...roots, ...more.slice(0, 1)] : more.slice(0, 2),
    intermediates: [...more.slice(1), ...intermediates],
  }
}

const DAY_S = 86_400

/** The bytes of DNS names that match nothing. */
const PADDING: readonly string[] = Array.from({ length: 250_001 }, () => 'x.y')

/** Returns a certificate as a verifier holds it. The present is 0. */
export function parsedOf(spec: Spec): ParsedCertificate {
  const isVersion3 = spec.version === 3
  const isConstrained = spec.permitted.length + spec.excluded.length + spec.padding > 0
  return {
    id: String(spec.serial),
    subject: `s${spec.subject}`,
    issuer: `s${spec.issuer}`,
    cn: `s${spec.subject}`,
    title: `s${spec.subject}`,
    key: `k${spec.key}`,
    signedBy: `k${spec.signer}`,
    algorithmFlaw: null,
    subjectKeyId: isVersion3 && (spec.hasKeyIds || spec.isAuthority === true) ? `k${spec.key}` : '',
    authorityKeyId: isVersion3 && spec.hasKeyIds ? `k${spec.signer}` : '',
    names: isVersion3 && spec.names !== null ? spec.names.map(nameOf) : null,
    usages: isVersion3 ? spec.usages : [],
    isAuthority: isVersion3 ? spec.isAuthority : null,
    isVersion3,
    maySign: !isVersion3 || spec.maySign,
    maxPathLength: isVersion3 && spec.isAuthority === true ? spec.pathLength : null,
    constraints:
      isVersion3 && isConstrained
        ? {
            permitted: listsOf(spec.permitted, []),
            excluded: listsOf(spec.excluded, spec.padding > 0 ? PADDING : []),
          }
        : null,
    hasUnhandledCriticalExtension: isVersion3 && spec.isCritical,
    notBeforeS: spec.fromDay * DAY_S,
    notAfterS: spec.toDay * DAY_S,
  }
}

function nameOf(text: string): AlternativeName {
  const address = ipBytes(text)
  return address === null ? { kind: 'dns', value: text } : { kind: 'ip', value: address }
}

function listsOf(constraints: readonly string[], padding: readonly string[]): ConstraintLists {
  const dns = constraints.filter((text) => !text.includes('/'))
  const ip = constraints.filter((text) => text.includes('/')).map(rangeOf)
  return { dns: padding.length > 0 ? padding : dns, ip, email: [], uri: [] }
}

/** Returns a range whose mask ends between bytes. */
function rangeOf(text: string): { address: string; mask: string } {
  const [base, bits] = text.split('/')
  const address = ipBytes(base) ?? ''
  return { address, mask: 'f'.repeat(Number(bits) / 4).padEnd(address.length, '0') }
}
