import type { Arena } from '../../engine/arena.ts'
import { NONE, Table } from '../../engine/table.ts'
import type { Content, Piece, PieceList } from '../rows.ts'
import type { Contents } from './content.ts'

class PieceTable extends Table<Piece> {
  /** Offset of the piece in the stream; it ends where the next piece begins. */
  readonly startOffset = this.float64()
  readonly content = this.handle<Content>()
  readonly contentOffset = this.float64()

  constructor(arena: Arena) {
    super(arena, 32)
    this.attach()
  }
}

class PieceListTable extends Table<PieceList> {
  readonly first = this.handle<Piece>()
  readonly last = this.handle<Piece>()
  /** The piece that was found last: the next lookup nearly always finds it or a later one. */
  readonly recent = this.handle<Piece>()

  constructor(arena: Arena) {
    super(arena, 16)
    this.attach()
  }
}

/**
 * Pieces of several contents that a stream carries one after the other. Only streams that forward changed or forged
 * bytes have such a list; all others carry one content from its start.
 */
export class Pieces {
  /** Result of `seek`: the content, the byte's offset in it, and the bytes from there to the end of the piece. */
  content: Content = NONE
  contentOffset = 0
  lengthBytes = 0
  private readonly lists: PieceListTable
  private readonly table: PieceTable
  private readonly contents: Contents

  constructor(arena: Arena, contents: Contents) {
    this.lists = new PieceListTable(arena)
    this.table = new PieceTable(arena)
    this.contents = contents
  }

  begin(): PieceList {
    const list = this.lists.allocate()
    return list
  }

  /** Appends the bytes of `content` from `contentOffset` on, which begin at `startOffset` of the stream. */
  append(list: PieceList, startOffset: number, content: Content, contentOffset: number): void {
    const { lists, table } = this
    const last = lists.last[list]
    if (last !== NONE && this.continues(last, startOffset, content, contentOffset)) return
    const piece = table.allocate()
    table.startOffset[piece] = startOffset
    table.content[piece] = content
    table.contentOffset[piece] = contentOffset
    this.contents.hold(content)
    if (last === NONE) lists.first[list] = piece
    else table.next[last] = piece
    lists.last[list] = piece
  }

  /** Finds the piece that holds the byte at `offset` of the stream. */
  seek(list: PieceList, offset: number): void {
    const { lists, table } = this
    const recent = lists.recent[list]
    let piece = recent !== NONE && table.startOffset[recent] <= offset ? recent : lists.first[list]
    let next = table.next[piece]
    while (next !== NONE && table.startOffset[next] <= offset) {
      piece = next
      next = table.next[piece]
    }
    lists.recent[list] = piece
    this.content = table.content[piece]
    this.contentOffset = table.contentOffset[piece] + (offset - table.startOffset[piece])
    this.lengthBytes = next === NONE ? Number.POSITIVE_INFINITY : table.startOffset[next] - offset
  }

  release(list: PieceList): void {
    const { lists, table } = this
    for (let piece = lists.first[list]; piece !== NONE; ) {
      const next = table.next[piece]
      this.contents.drop(table.content[piece])
      table.release(piece)
      piece = next
    }
    lists.release(list)
  }

  private continues(piece: Piece, startOffset: number, content: Content, contentOffset: number): boolean {
    const { table } = this
    const isNext = startOffset - table.startOffset[piece] === contentOffset - table.contentOffset[piece]
    return isNext && table.content[piece] === content
  }
}
