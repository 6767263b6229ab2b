import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose'

/**
 * An accepted operation. Stored once, never changed, but that a person's data may be erased: how it ended is an outcome of
 * its own.
 */
@Schema({ collection: 'operations', versionKey: false })
export class OperationRecord {
  @Prop({ type: String })
  _id: string

  /** Missing once it is erased. */
  @Prop({ type: String })
  name?: string

  @Prop({ type: String })
  email?: string

  @Prop({ type: Date, required: true })
  createdAt: Date

  /** The process that accepted it, and has to publish it; see PublicationMarks. */
  @Prop({ type: String, required: true })
  acceptedBy: string

  /** Its client's trace (W3C Trace Context), if it sent one; else an operation's trace is made of its id. */
  @Prop({ type: String })
  traceparent?: string

  @Prop({ type: String })
  tracestate?: string

  @Prop({ type: Date })
  erasedAt?: Date
}

export const OperationSchema = SchemaFactory.createForClass(OperationRecord)
