import { MODELLED_PATH_KINDS } from '../../cluster/paths/path-kinds.ts'
import type { OpenPath } from '../../measure/fix.ts'
import { inOrder } from '../../measure/verdicts/outcomes.ts'
import type { Causes } from '../check/causes.ts'
import type { Matrix } from '../matrix/matrix.ts'
import type { Forbidden } from './forbidden.ts'

/**
 * Groups the verdicts that stay open by path.
 * @param causes explains the verdicts after the changes
 * @param tried the number of changes that were tried
 */
export function openPaths(
  open: readonly Forbidden[],
  { paths }: Pick<Matrix, 'paths'>,
  causes: Pick<Causes, 'of'>,
  tried: number,
): readonly OpenPath[] {
  const names = [...new Set(open.map(({ tried: { path } }) => path))]
  return names.map((path) => {
    const own = open.filter((one) => one.tried.path === path)
    const because = reasonsOf(path, own, paths, causes)
    return {
      path,
      outcomes: inOrder(own.flatMap(({ outcomes }) => outcomes)),
      attackers: [...new Set(own.map(({ verdict }) => `${verdict.vantage} ${verdict.technique}`))],
      why: `${because.map((reason) => `${reason}: `).join('')}${noneOf(tried)} without breaking what works`,
    }
  })
}

function noneOf(tried: number): string {
  if (tried === 1) return 'the only change of flags that was tried does not close it'
  return `none of ${tried} changes of flags closes it`
}

/** Returns the protection of a path. If the apiserver forwards others' requests on it, returns the further causes. */
function reasonsOf(
  path: string,
  own: readonly Forbidden[],
  paths: Matrix['paths'],
  causes: Pick<Causes, 'of'>,
): readonly string[] {
  return paths
    .filter(({ name }) => name === path)
    .map(({ kind, letter, protection }) => {
      const isForwarded = MODELLED_PATH_KINDS.some((one) => one.name === kind && one.isForwarded === true)
      const found = isForwarded ? own.flatMap(({ tried }) => causes.of(tried).map(({ what }) => what)) : []
      if (found.length > 0) return [...new Set(found)].join('; ')
      return letter === '' ? protection : `path ${letter}, ${protection}`
    })
}
