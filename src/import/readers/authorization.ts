import { booleanOf } from '../../values/boolean-of.ts'
import { placeOf, written } from '../origin.ts'
import type { DocumentReader } from '../reader.ts'
import { itemsAt, placeAt, textAt } from '../tree-values.ts'

/** Reads the file of --authorization-config, which replaces --authorization-mode. */
export const authorizationReader: DocumentReader = {
  reads: 'AuthorizationConfiguration',
  kinds: ['AuthorizationConfiguration'],
  read({ tree }, evidence) {
    const types = itemsAt(tree, ['authorizers']).flatMap((one) => textAt(one, ['type']) ?? [])
    evidence.authorizers.push(written(types, placeAt(tree, ['authorizers'])))
  },
}

/** Reads the file of --authentication-config. Only anonymous requests in it concern the paths. */
export const authenticationReader: DocumentReader = {
  reads: 'AuthenticationConfiguration: anonymous requests',
  kinds: ['AuthenticationConfiguration'],
  read({ tree }, evidence) {
    evidence.authentications.push(placeOf(tree.position))
    const isOn = booleanOf(textAt(tree, ['anonymous', 'enabled']))
    const at = placeAt(tree, ['anonymous', 'enabled'])
    const conditions = itemsAt(tree, ['anonymous', 'conditions'])
    if (isOn === undefined) {
      evidence.note({
        kind: 'irrelevant',
        at: placeOf(tree.position),
        message: 'it says nothing of anonymous requests',
      })
      return
    }
    const isLimited = isOn && conditions.length > 0
    evidence.anonymous.push(written(isOn && !isLimited, at))
    if (isLimited) {
      const message = `anonymous requests are accepted at ${conditions.length} URL paths only`
      evidence.note({
        kind: 'unmodelled',
        at,
        message,
        consequence: 'they are refused here, as at all other URL paths',
      })
    }
  },
}
