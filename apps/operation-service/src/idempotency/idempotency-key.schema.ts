import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose'

/** Seconds for which a key is kept. */
export const KEPT_FOR = 24 * 60 * 60

/** A key that a client sent, and the operation that it stands for. */
@Schema({ collection: 'idempotency_keys', versionKey: false })
export class IdempotencyKeyRecord {
  /** The key; with its client, where clients are known. */
  @Prop({ type: String })
  _id: string

  @Prop({ type: String, required: true })
  operationId: string

  /** Of the body that came with it; missing once the person's data is erased. */
  @Prop({ type: String })
  fingerprint?: string

  @Prop({ type: Date, required: true, expires: KEPT_FOR })
  createdAt: Date
}

export const IdempotencyKeySchema = SchemaFactory.createForClass(IdempotencyKeyRecord)
