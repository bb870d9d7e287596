import type { Findings } from '../tree/findings.ts'
import type { TreePath } from '../tree/tree.ts'
import type { Identities } from './identities.ts'

/** Reports an identity that does not exist or has another kind. */
export function checkIdentity(
  place: TreePath,
  name: string,
  kind: 'ca' | 'certificate' | 'service-account-token',
  { identities, findings }: { readonly identities: Identities; readonly findings: Findings },
): void {
  if (kind === 'ca') identities.defaultCa()
  const names = name.split(',')
  if (names.length > 1) {
    for (const one of names) checkIdentity(place, one, kind, { identities, findings })
    return identities.bundle(names)
  }
  const found = identities.get(name)
  if (found === undefined) findings.checkName(place, kind, name, identities.namesOfKind(kind))
  else if (found.kind !== kind) findings.contradict(place, `${name} is of kind ${found.kind}, and a ${kind} is needed`)
}
