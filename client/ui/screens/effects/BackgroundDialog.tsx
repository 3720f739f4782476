// What stands behind oneself: the choices, oneself as the others will see it, and noise suppression beside it.
import { useEffect, useId, useRef } from 'preact/hooks';
import { Dialog } from '../../components/Dialog.tsx';
import { Picture } from '../../components/Picture.tsx';
import { t } from '../../i18n/index.ts';
import { backgrounds, drawBackdrop, type Backdrop, type Background } from '../../media/effects/backgrounds.ts';
import { testIds } from '../../testIds.ts';
import type { EffectsModel } from './EffectsModel.ts';

interface BackgroundDialogProps {
  model: EffectsModel;
  /** One's own camera, where it runs. */
  camera: MediaStreamTrack | null;
  onClose: () => void;
}

export const BackgroundDialog = ({ model, camera, onClose }: BackgroundDialogProps) => (
  <Dialog title={t('effects.title')} onClose={onClose} testId={testIds.backgroundDialog}>
    <div class="self-view effects-view" data-surface="stage">
      {camera === null ? (
        <p class="self-view-words">{t('effects.turnOn')}</p>
      ) : (
        <Picture track={camera} mirrored label={t('preJoin.preview')} />
      )}
      <PreparingWords model={model} />
    </div>
    <BackgroundTrouble model={model} />
    {model.effects.canChangeBackground ? (
      <Choices model={model} />
    ) : (
      <p class="muted">{t('effects.backgroundUnsupported')}</p>
    )}
    <p class="hint">{t('effects.onDevice')}</p>
    <NoiseSwitch model={model} />
  </Dialog>
);

/** Between the choice and the first treated frame nothing is sent. */
export const PreparingWords = ({ model }: { model: EffectsModel }) =>
  model.effects.preparing.value === 0 ? null : (
    <p class="effects-preparing" role="status" data-testid={testIds.effectsPreparing}>
      {t('effects.preparing')}
    </p>
  );

const Choices = ({ model }: { model: EffectsModel }) => {
  const id = useId();
  const shown = backgrounds.filter((one) => one !== 'own' || model.hasOwn.value);
  return (
    <div class="background-choices" role="radiogroup" aria-label={t('effects.behindYou')}>
      {shown.map((background) => (
        <label key={background} class="background-choice">
          <input
            type="radio"
            class="visually-hidden"
            name={id}
            checked={model.effects.background.value === background}
            onChange={() => void model.choose(background)}
            data-testid={testIds.backgroundChoice}
            data-value={background}
          />
          <Sample background={background} />
          <span>{t(`effects.background.${background}`)}</span>
        </label>
      ))}
      <OwnPicture model={model} />
    </div>
  );
};

const isBackdrop = (background: Background): background is Backdrop =>
  background === 'dusk' || background === 'paper' || background === 'moss';

/** A drawn one as it is; the others by how they look. */
const Sample = ({ background }: { background: Background }) => {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    if (canvas.current !== null && isBackdrop(background)) drawBackdrop(canvas.current, background);
  }, [background]);
  return (
    <span class="background-sample" data-background={background} aria-hidden="true">
      {isBackdrop(background) && <canvas ref={canvas} width={96} height={54} />}
    </span>
  );
};

const OwnPicture = ({ model }: { model: EffectsModel }) => (
  <>
    <label class="background-choice">
      <input
        type="file"
        class="visually-hidden"
        accept="image/*"
        onChange={(event) => {
          const [file] = event.currentTarget.files ?? [];
          event.currentTarget.value = '';
          if (file !== undefined) void model.useOwnPicture(file);
        }}
        data-testid={testIds.ownPicture}
      />
      <span class="background-sample" data-background="add" aria-hidden="true">
        +
      </span>
      <span>{t('effects.addPicture')}</span>
    </label>
    {model.pictureFailed.value && (
      <p class="background-fault" role="alert">
        {t('effects.pictureFailed')}
      </p>
    )}
  </>
);

const NoiseSwitch = ({ model }: { model: EffectsModel }) => (
  <label class="switch">
    <input
      type="checkbox"
      role="switch"
      checked={model.effects.noise.value}
      disabled={!model.effects.canSuppressNoise}
      onChange={(event) => void model.chooseNoise(event.currentTarget.checked)}
      data-testid={testIds.noiseSwitch}
    />
    <span>
      {t('effects.noise')}
      <span class="hint">{t(model.effects.canSuppressNoise ? 'effects.noiseHint' : 'effects.noiseUnsupported')}</span>
    </span>
  </label>
);

/** The camera is off, since the room was to be hidden: only the person may say that it is to be shown. */
export const BackgroundTrouble = ({ model }: { model: EffectsModel }) => {
  const trouble = model.effects.trouble.value;
  if (trouble === null) return null;
  return (
    <div class="background-trouble" role="alert" data-testid={testIds.backgroundTrouble} data-fault={trouble}>
      <p>{t(`effects.trouble.${trouble}`)}</p>
      <button
        type="button"
        class="button plain"
        onClick={() => void model.sendAsFilmed()}
        data-testid={testIds.sendAsFilmed}
      >
        <span>{t('effects.sendAsFilmed')}</span>
      </button>
      <button type="button" class="button plain" onClick={() => model.keepOff()} data-testid={testIds.keepCameraOff}>
        <span>{t('effects.keepOff')}</span>
      </button>
    </div>
  );
};
