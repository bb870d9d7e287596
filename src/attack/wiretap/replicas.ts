import type { Arena, ArenaTable, Columns } from '../../engine/arena.ts'
import { NONE } from '../../engine/table.ts'
import type { Content } from '../../transport/rows.ts'
import type { Contents } from '../../transport/streams/content.ts'
import type { HonestEnds } from './honest-ends.ts'
import { growTo } from './side-table.ts'

/** A row for each content, by index of ContentTable. */
class ReplicaTable implements ArenaTable {
  /** The generation of the content's row, plus 1. */
  generation!: Float64Array
  /** The path of the plan to the replica. */
  path!: Int32Array

  layOut(columns: Columns): void {
    this.generation = columns.float64()
    this.path = columns.int32()
  }
}

/**
 * The replica of a service that each connection leads to, on the service's path or, where the apiserver has chosen the
 * replica for a user's request, on the path to the replica. Only the dial tells.
 */
export class Replicas {
  private readonly arena: Arena
  private readonly contents: Contents
  private readonly ends: readonly HonestEnds[]
  private readonly ofServices: ReadonlySet<number>
  private readonly table = new ReplicaTable()

  constructor(arena: Arena, contents: Contents, ends: readonly HonestEnds[]) {
    this.arena = arena
    this.contents = contents
    this.ends = ends
    this.ofServices = new Set(ends.flatMap(({ replicas }) => replicas))
    arena.attach(this.table, 64)
  }

  /** Records that a client writes `content` to a connection along a path of the plan, if that leads to a replica. */
  note(path: number, content: Content): void {
    if (!this.ofServices.has(path)) return
    const { table } = this.contents
    const index = table.indexOf(content)
    growTo(this.arena, this.table, this.table.path.length, index)
    this.table.generation[index] = table.generation[content] + 1
    this.table.path[index] = path
  }

  /**
   * Returns the path of the plan to the replica that a message of `path` in `content` concerns: the replica that the
   * client dialled, otherwise the one that wrote the message. Returns `path` itself if it has no replicas, or if
   * neither is known.
   */
  of(path: number, content: Content): number {
    const { replicas } = this.ends[path]
    if (replicas.length === 0) return path
    const { contents, table } = this
    const original = contents.originalOf(content)
    const index = contents.table.indexOf(original)
    const isNoted = index < table.path.length && table.generation[index] === contents.table.generation[original] + 1
    return isNoted ? table.path[index] : this.at(path, contents.table.author[original])
  }

  /** Returns the path of the plan to the replica of `path` on a host; `path` itself where there is none. */
  at(path: number, host: number): number {
    const { replicas, servers } = this.ends[path]
    const nth = servers.indexOf(host)
    return host === NONE || nth < 0 || replicas.length === 0 ? path : replicas[nth]
  }
}
