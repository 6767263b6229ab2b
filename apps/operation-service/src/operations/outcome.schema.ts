import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose'

import { type FailureCode, type MessageOf } from '#contracts'

type Response = MessageOf<'user-create-response'>

/** How an operation ended. There is one for an operation at most, for they share the id. */
@Schema({ collection: 'outcomes', versionKey: false })
export class OutcomeRecord {
  @Prop({ type: String })
  _id: string

  @Prop({ type: String, enum: ['completed', 'failed'], required: true })
  state: 'completed' | 'failed'

  @Prop({ type: String, required: true })
  userId: string

  @Prop({ type: { code: String, message: String }, _id: false })
  error?: { code: FailureCode; message: string }

  @Prop({ type: { publishedAt: String, approvalAskedAt: String, decidedAt: String }, _id: false })
  steps: Response['steps']

  @Prop({ type: Date, required: true })
  finishedAt: Date
}

export const OutcomeSchema = SchemaFactory.createForClass(OutcomeRecord)
