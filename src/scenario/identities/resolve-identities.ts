import type { IdentityBlueprint } from '../../simulation/blueprint.ts'
import type { IdentitySection } from '../schema/identities.ts'
import type { Findings } from '../tree/findings.ts'
import { ONE_YEAR_S } from './identities.ts'

const KEYS_OF_KIND: Readonly<Record<IdentitySection['kind'], readonly string[]>> = {
  ca: ['kind', 'cn', 'key', 'sans'],
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
    return identityOf(name, section, defaultCa, findings)
  })
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

function identityOf(name: string, section: IdentitySection, defaultCa: string, findings: Findings): IdentityBlueprint {
  const cn = section.cn ?? name
  const key = section.key ?? 'ecdsa-p256'
  if (section.kind === 'ca') return { kind: 'ca', name, cn, key, sans: section.sans ?? [cn] }
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
