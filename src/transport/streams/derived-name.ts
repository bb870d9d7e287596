import { finish32, mix32 } from '../../engine/hash.ts'

/** The hash of a name's other direction, layer or the like. */
export function derivedName(hash: number, salt: number): number {
  return finish32(mix32(hash, salt))
}
