import { finish32, mix32 } from '../../engine/hash.ts'

/** Returns the hash of a name that derives from another one: that of the other direction, or of an upper layer. */
export function derivedName(hash: number, salt: number): number {
  return finish32(mix32(hash, salt))
}
