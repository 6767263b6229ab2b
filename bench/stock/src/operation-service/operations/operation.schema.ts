import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose'

@Schema({ versionKey: false })
export class Operation {
  @Prop({ type: String })
  _id: string

  @Prop({ type: String, enum: ['pending', 'completed', 'failed'], required: true })
  state: 'pending' | 'completed' | 'failed'

  @Prop({ type: String, required: true })
  name: string

  @Prop({ type: String })
  email?: string | undefined

  @Prop({ type: Date, required: true })
  createdAt: Date

  @Prop({ type: String })
  userId?: string

  @Prop({ type: { code: String, message: String }, _id: false })
  error?: { code: string; message: string }

  @Prop({ type: Date })
  finishedAt?: Date
}

export const OperationSchema = SchemaFactory.createForClass(Operation)
