import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose'

import { APPROVALS, type Decision } from '#contracts'

/** How a user was decided. There is one for a user at most, for they share the id. */
@Schema({ collection: 'decisions', versionKey: false })
export class DecisionRecord {
  @Prop({ type: String })
  _id: string

  @Prop({ type: String, enum: APPROVALS, required: true })
  approval: Decision

  /** May tell of the person, and goes with their data. */
  @Prop({ type: String })
  reason?: string

  @Prop({ type: Date, required: true })
  decidedAt: Date

  @Prop({ type: Date })
  erasedAt?: Date
}

export const DecisionSchema = SchemaFactory.createForClass(DecisionRecord)
