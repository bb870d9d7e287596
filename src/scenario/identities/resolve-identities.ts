import { addressRangeOf, ipBytes } from '../../security/x509/ip-bytes.ts'
import type { CertificateAuthorityBlueprint, IdentityBlueprint } from '../../simulation/blueprint.ts'
import type { IdentitySection } from '../schema/identities.ts'
import type { Findings } from '../tree/findings.ts'
import { ONE_YEAR_S } from './identities.ts'

const KEYS_OF_KIND: Readonly<Record<IdentitySection['kind'], readonly string[]>> = {
  ca: [
    'kind',
    'cn',
    'key',
    'sans',
    'issuer',
    'key-of',
    'max-path-length',
    'name-constraints',
    'bundle',
    'notBefore',
    'notAfter',
  ],
  certificate: [
    'kind',
    'cn',
    'key',
    'issuer',
    'organizations',
    'sans',
    'usages',
    'notBefore',
    'notAfter',
    'includesIssuer',
    'chain',
  ],
  'service-account-token': ['kind', 'account', 'audience', 'expires', 'bound'],
}

export function resolveIdentities(
  sections: ReadonlyMap<string, IdentitySection>,
  defaultCa: string,
  findings: Findings,
): IdentityBlueprint[] {
  const authorities = new Set([
    defaultCa,
    ...[...sections].filter(([, { kind }]) => kind === 'ca').map(([name]) => name),
  ])
  const declaredDefault = sections.get(defaultCa)
  if (declaredDefault !== undefined && declaredDefault.kind !== 'ca') {
    findings.contradict(
      ['identities', defaultCa, 'kind'],
      `${defaultCa} is the name of the default CA, so its kind must be ca`,
    )
  }
  return [...sections].map(([name, section]) => {
    checkKeys(name, section, findings)
    if (section.issuer !== undefined && section.issuer !== 'self-signed') {
      findings.checkName(['identities', name, 'issuer'], 'CA', section.issuer, authorities)
    }
    for (const key of ['chain', 'bundle'] as const)
      for (const [nth, ca] of (section[key] ?? []).entries())
        findings.checkName(['identities', name, key, nth], 'CA', ca, authorities)
    checkConstraints(name, section, findings)
    if (section['key-of'] !== undefined) checkKeyOf(name, section, sections, findings)
    return identityOf(name, section, sections, defaultCa, findings)
  })
}

/** Checks that constrained names are DNS names or ranges of addresses. */
function checkConstraints(
  name: string,
  { 'name-constraints': constraints }: IdentitySection,
  findings: Findings,
): void {
  for (const list of ['permitted', 'excluded'] as const)
    for (const [nth, text] of (constraints?.[list] ?? []).entries()) {
      const isRange = addressRangeOf(text) !== null
      if (isRange || (!text.includes('/') && ipBytes(text) === null)) continue
      findings.contradict(['identities', name, 'name-constraints', list, nth], `${text} is no range of addresses`, {
        hint: 'write it like 10.0.0.0/8 or fd00::/8',
      })
    }
}

/** Checks that a CA that is signed again exists, has a key of its own, and gets its name and key from there. */
function checkKeyOf(
  name: string,
  { cn, key, issuer, 'key-of': owner }: IdentitySection,
  sections: ReadonlyMap<string, IdentitySection>,
  findings: Findings,
): void {
  const path = ['identities', name, 'key-of']
  const authorities = new Set([...sections].filter(([, { kind }]) => kind === 'ca').map(([one]) => one))
  findings.checkName(path, 'CA', owner!, authorities)
  if (sections.get(owner!)?.['key-of'] !== undefined) findings.contradict(path, `${owner} has no key of its own`)
  if (issuer === undefined || issuer === 'self-signed')
    findings.contradict(path, 'a CA with the key of another one needs an issuer, which signs it')
  for (const [written, value] of Object.entries({ cn, key }))
    if (value !== undefined)
      findings.contradict(['identities', name, written], `it is that of ${owner}, whose key the CA has`)
}

function checkKeys(name: string, section: IdentitySection, findings: Findings): void {
  const fitting = KEYS_OF_KIND[section.kind]
  for (const [key, value] of Object.entries(section)) {
    if (value === undefined || fitting.includes(key)) continue
    findings.contradict(['identities', name, key], `an identity of kind ${section.kind} has no ${key}`, {
      at: 'key',
      hint: `its keys are ${fitting.slice(1).join(', ')}`,
    })
  }
}

function identityOf(
  name: string,
  section: IdentitySection,
  sections: ReadonlyMap<string, IdentitySection>,
  defaultCa: string,
  findings: Findings,
): IdentityBlueprint {
  const cn = section.cn ?? name
  const key = section.key ?? 'ecdsa-p256'
  if (section.kind === 'ca') return authorityOf(name, section, sections)
  if (section.kind === 'service-account-token') return tokenOf(name, section, findings)
  const notBeforeS = section.notBefore ?? 0
  const notAfterS = section.notAfter ?? ONE_YEAR_S
  if (notAfterS <= notBeforeS)
    findings.contradict(['identities', name, 'notAfter'], 'the certificate ends before it begins')
  return {
    kind: 'certificate',
    name,
    issuer: section.issuer === 'self-signed' ? null : (section.issuer ?? defaultCa),
    cn,
    organizations: section.organizations ?? [],
    sans: section.sans ?? [],
    usages: section.usages ?? ['server'],
    key,
    notBeforeS,
    notAfterS,
    ...(section.includesIssuer === true ? { includesIssuer: true } : {}),
    ...(section.chain === undefined ? {} : { chain: section.chain }),
  }
}

function authorityOf(
  name: string,
  section: IdentitySection,
  sections: ReadonlyMap<string, IdentitySection>,
): CertificateAuthorityBlueprint {
  const { issuer, bundle, notBefore, notAfter, 'key-of': keyOf, 'name-constraints': constraints } = section
  const maximumPathLength = section['max-path-length']
  const owner = keyOf === undefined ? section : (sections.get(keyOf) ?? section)
  const cn = owner.cn ?? keyOf ?? name
  const { permitted = [], excluded = [] } = constraints ?? {}
  return {
    kind: 'ca',
    name,
    cn,
    key: owner.key ?? 'ecdsa-p256',
    sans: section.sans ?? [cn],
    ...(issuer === undefined || issuer === 'self-signed' ? {} : { issuer }),
    ...(keyOf === undefined ? {} : { keyOf }),
    ...(maximumPathLength === undefined ? {} : { maximumPathLength }),
    ...(constraints === undefined ? {} : { nameConstraints: { permitted, excluded } }),
    ...(bundle === undefined ? {} : { bundle }),
    ...(notBefore === undefined ? {} : { notBeforeS: notBefore }),
    ...(notAfter === undefined ? {} : { notAfterS: notAfter }),
  }
}

function tokenOf(name: string, section: IdentitySection, findings: Findings): IdentityBlueprint {
  if (section.account === undefined)
    findings.reportMissing(['identities', name], 'account', 'write it like account: default/app')
  return {
    kind: 'service-account-token',
    name,
    account: section.account ?? '',
    audience: section.audience ?? 'api',
    expiresS: section.expires === 'never' ? null : (section.expires ?? 3_600),
    isBoundToPod: section.bound === 'pod',
  }
}

/**
 * Checks bound tokens: their pod must exist (pkg/registry/core/serviceaccount/storage/token.go). Legacy tokens are not
 * bound.
 */
export function checkBoundTokens(
  sections: ReadonlyMap<string, IdentitySection>,
  accounts: ReadonlySet<string> | null,
  findings: Findings,
): void {
  for (const [name, { bound, expires, account }] of sections) {
    if (bound === undefined) continue
    const path = ['identities', name, 'bound']
    if (expires === 'never') findings.contradict(path, 'a legacy token, which never expires, is not bound to a pod')
    else if (accounts === null) findings.contradict(path, 'a bound token needs a pod, and the scenario has no cluster')
    else if (account !== undefined && !accounts.has(account))
      findings.contradict(path, `no pod of the cluster has the account ${account}`)
  }
}
