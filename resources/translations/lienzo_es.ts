<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="es" sourcelanguage="en">
  <context>
    <name>messages</name>
    <message>
      <location filename="../../studio/document/io/psd_losses.py" line="0" />
      <source>"Blend If"</source>
      <translation>«Fusionar si»</translation>
    </message>
    <message>
      <location filename="../../studio/document/io/ora_layers.py" line="0" />
      <source>"{layer}" was changed by another program; its picture is used and its mask dropped.</source>
      <translation>Otro programa cambió «{layer}»; se usa su imagen y se quitó su máscara.</translation>
    </message>
    <message>
      <location filename="../../studio/cli/models.py" line="0" />
      <source>--accept-licence is for one model.</source>
      <translation>--accept-licence es para un modelo.</translation>
    </message>
    <message>
      <location filename="../../studio/cli/models.py" line="0" />
      <source>--add adds what --find finds.</source>
      <translation>--add añade lo que encuentra --find.</translation>
    </message>
    <message>
      <location filename="../../studio/cli/identify.py" line="0" />
      <source>--choose and --forget are for one file.</source>
      <translation>--choose y --forget son para un solo archivo.</translation>
    </message>
    <message>
      <location filename="../../studio/cli/enlarge.py" line="0" />
      <source>--height goes with --width.</source>
      <translation>--height va con --width.</translation>
    </message>
    <message>
      <location filename="../../studio/document/new_document.py" line="0" />
      <source>4K screen</source>
      <translation>Pantalla 4K</translation>
    </message>
    <message>
      <location filename="../../studio/edit/inversions.py" line="0" />
      <source>A CFG scale of {number} is out of range.</source>
      <translation>Una escala CFG de {number} está fuera de rango.</translation>
    </message>
    <message>
      <location filename="../../studio/edit/networks.py" line="0" />
      <source>A LoRA cannot be named here, only in the prompt; “{text}” was left out.</source>
      <translation>Un LoRA solo actúa si lo nombra el prompt; «{text}» se ha omitido.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/first_models.py" line="0" />
      <source>A LoRA with which eight steps are enough for Stable Diffusion 1.5.</source>
      <translation>Un LoRA con el que bastan ocho pasos para Stable Diffusion 1.5.</translation>
    </message>
    <message>
      <location filename="../../studio/document/io/webp.py" line="0" />
      <source>A WebP picture can have at most {limit} pixels a side.</source>
      <translation>Una imagen WebP tiene como máximo {limit} píxeles por lado.</translation>
    </message>
    <message>
      <location filename="../../studio/session/generations/run.py" line="0" />
      <source>A comparison cannot begin at the seed {seed}.</source>
      <translation>Una comparación no puede empezar en la semilla {seed}.</translation>
    </message>
    <message>
      <location filename="../../studio/document/merge.py" line="0" />
      <location filename="../../studio/document/several.py" line="0" />
      <source>A control layer cannot be merged, because it is not part of the picture.</source>
      <translation>Una capa de control no se puede combinar: no forma parte de la imagen.</translation>
    </message>
    <message>
      <location filename="../../studio/engine/validation.py" line="0" />
      <source>A control needs a strength of 0 to 2, and a start before its end, between 0 and 1.</source>
      <translation>Un control necesita una intensidad de 0 a 2, y un inicio anterior a su final, entre 0 y 1.</translation>
    </message>
    <message>
      <location filename="../../studio/engine/families/imagen/family.py" line="0" />
      <source>A dynamic threshold below 90 % seldom reaches colours beyond black and white, and acts like 0.</source>
      <translation>Un umbral dinámico inferior al 90 % rara vez alcanza colores más allá del negro y del blanco, y actúa como 0.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/judges.py" line="0" />
      <location filename="../../studio/engine/judges/loading.py" line="0" />
      <source>A file of the judge cannot be read: {path} ({reason}).</source>
      <translation>No se puede leer un archivo del juez: {path} ({reason}).</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/judges.py" line="0" />
      <source>A file of the judge that comes with Lienzo is missing.</source>
      <translation>Falta un archivo del juez que viene con Lienzo.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/clip.py" line="0" />
      <source>A file of {name} is missing: {path}</source>
      <translation>Falta un archivo de {name}: {path}</translation>
    </message>
    <message>
      <location filename="../../studio/document/operations.py" line="0" />
      <source>A group cannot be moved into itself.</source>
      <translation>Un grupo no puede meterse dentro de sí mismo.</translation>
    </message>
    <message>
      <location filename="../../studio/document/fill.py" line="0" />
      <location filename="../../studio/tools/brush.py" line="0" />
      <source>A group has no pixels of its own.</source>
      <translation>Un grupo no tiene píxeles propios.</translation>
    </message>
    <message>
      <location filename="../../studio/document/masks.py" line="0" />
      <source>A group has no pixels to apply its mask to.</source>
      <translation>Un grupo no tiene píxeles a los que aplicar su máscara.</translation>
    </message>
    <message>
      <location filename="../../studio/edit/training_defaults.py" line="0" />
      <source>A learning rate must be a positive number.</source>
      <translation>Una tasa de aprendizaje debe ser un número positivo.</translation>
    </message>
    <message>
      <location filename="../../studio/document/io/ora_archive.py" line="0" />
      <source>A mask of "{layer}" is missing or damaged and was left out.</source>
      <translation>Una máscara de «{layer}» falta o está dañada y se omitió.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/one_step.py" line="0" />
      <source>A model of one step takes no negative prompt.</source>
      <translation>Un modelo de un solo paso no admite texto negativo.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/pipeline.py" line="0" />
      <source>A model of this size is not trained here.</source>
      <translation>Un modelo de este tamaño no se entrena aquí.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/stable_diffusion_xl.py" line="0" />
      <source>A model of this size learns a subject as a LoRA.</source>
      <translation>Un modelo de este tamaño aprende un sujeto como LoRA.</translation>
    </message>
    <message>
      <location filename="../../studio/engine/adapters/vae.py" line="0" />
      <source>A model works with one VAE at a time.</source>
      <translation>Un modelo trabaja con un VAE a la vez.</translation>
    </message>
    <message>
      <location filename="../../studio/edit/recipes.py" line="0" />
      <source>A newer version of Lienzo made parts of this document. What this version does not know of their recipes is kept, but has no effect here.</source>
      <translation>Una versión más nueva de Lienzo hizo partes de este documento. Lo que esta versión no conoce de sus recetas se conserva, pero aquí no tiene efecto.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/styles.py" line="0" />
      <source>A painting of your own</source>
      <translation>Un cuadro propio</translation>
    </message>
    <message>
      <location filename="../../studio/document/io/psd_losses.py" line="0" />
      <source>A part of these layers is damaged and is black or empty now: {layers}.</source>
      <translation>Una parte de estas capas está dañada y ahora es negra o está vacía: {layers}.</translation>
    </message>
    <message>
      <location filename="../../studio/document/document.py" line="0" />
      <source>A picture of {width} x {height} pixels does not fit.</source>
      <translation>Una imagen de {width} x {height} píxeles no cabe.</translation>
    </message>
    <message>
      <location filename="../../studio/document/io/ora_layers.py" line="0" />
      <source>A picture that "{layer}" was made with is missing.</source>
      <translation>Falta una imagen con la que se hizo «{layer}».</translation>
    </message>
    <message>
      <location filename="../../studio/session/batch.py" line="0" />
      <source>A recipe for a folder can only have layers that change the whole picture.</source>
      <translation>Una receta para una carpeta solo puede tener capas que cambian la imagen entera.</translation>
    </message>
    <message>
      <location filename="../../studio/engine/validation.py" line="0" />
      <source>A reference needs a weight of 0 to 2, and a start before its end, between 0 and 1.</source>
      <translation>Una referencia necesita un peso de 0 a 2, y un inicio anterior a su final, entre 0 y 1.</translation>
    </message>
    <message>
      <location filename="../../studio/engine/validation.py" line="0" />
      <location filename="../../studio/session/sources.py" line="0" />
      <source>A region prompt needs a weight between 0 and 1.</source>
      <translation>Las palabras de una región necesitan un peso entre 0 y 1.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/models.py" line="0" />
      <source>A setting in the files of the model {path} is missing or of no use ({reason}).</source>
      <translation>Falta un ajuste en los archivos del modelo {path}, o no sirve ({reason}).</translation>
    </message>
    <message>
      <location filename="../../studio/session/generations/sheet.py" line="0" />
      <source>A sheet cannot be written as {name}.</source>
      <translation>Una lámina no se puede escribir como {name}.</translation>
    </message>
    <message>
      <location filename="../../studio/document/document.py" line="0" />
      <location filename="../../studio/document/io/common.py" line="0" />
      <location filename="../../studio/document/io/pictures.py" line="0" />
      <location filename="../../studio/ui/documents/clipboard.py" line="0" />
      <source>A side may be 1 to {limit} pixels long, and a picture have {most} megapixels.</source>
      <translation>Un lado puede medir de 1 a {limit} píxeles, y una imagen tener {most} megapíxeles.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/first_models.py" line="0" />
      <source>A third of the usual steps, with a second small file.</source>
      <translation>Un tercio de los pasos habituales, con un segundo archivo pequeño.</translation>
    </message>
    <message>
      <location filename="../../studio/session/subjects.py" line="0" />
      <source>A training of {name} has not finished.</source>
      <translation>Se empezó un entrenamiento de {name} que no ha terminado.</translation>
    </message>
    <message>
      <location filename="../../studio/cli/subjects.py" line="0" />
      <source>A training of {name} with other photos or settings has not finished.</source>
      <translation>Se empezó un entrenamiento de {name} con otras fotos u otros ajustes que no ha terminado.</translation>
    </message>
    <message>
      <location filename="../../studio/edit/prompt_syntax.py" line="0" />
      <source>A weight of {number} is out of range, so {used} was used.</source>
      <translation>Un peso de {number} está fuera de los límites, así que se usó {used}.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/small_flux.py" line="0" />
      <source>Above 1 more of the steps go to the outline, below 1 to the details. Large pictures need more; this model was made for 1.</source>
      <translation>Por encima de 1 se dedican más pasos al contorno, por debajo a los detalles. Las imágenes grandes necesitan más; este modelo se hizo para 1.</translation>
    </message>
    <message>
      <location filename="../../studio/document/adjustments/selective.py" line="0" />
      <source>Absolute amounts</source>
      <translation>Cantidades absolutas</translation>
    </message>
    <message>
      <location filename="../../studio/core/download/resumable.py" line="0" />
      <source>Accept it on {page} with your account, put a token of that account into the variable HF_TOKEN, and try again.</source>
      <translation>Acéptela en {page} con su cuenta, ponga un token de esa cuenta en la variable HF_TOKEN y vuelva a intentarlo.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/guidance.py" line="0" />
      <source>Adaptive projected</source>
      <translation>Proyectada adaptativa</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/guidance.py" line="0" />
      <source>Adaptive projected guidance is made no longer than this; 0 is off.</source>
      <translation>La guía proyectada adaptativa no pasa de esta longitud; 0 lo desactiva.</translation>
    </message>
    <message>
      <location filename="../../studio/edit/training_defaults.py" line="0" />
      <source>Add 3 to 5 photos of the subject.</source>
      <translation>Añade de 3 a 5 fotos del sujeto.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/training/teach_sheet.py" line="0" />
      <source>Add 3 to 5 photos.</source>
      <translation>Añade de 3 a 5 fotos.</translation>
    </message>
    <message>
      <location filename="../../studio/engine/pipelines/controls.py" line="0" />
      <source>Add a control layer of its kind: {kinds}.</source>
      <translation>Añade una capa de control de su tipo: {kinds}.</translation>
    </message>
    <message>
      <location filename="../../studio/tools/pose_actions.py" line="0" />
      <source>Add a figure or import OpenPose JSON with Figure in the options bar.</source>
      <translation>Añade una figura o importa JSON de OpenPose con Figura en la barra de opciones.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/layers/layer_commands.py" line="0" />
      <source>Add adjustment layer</source>
      <translation>Añadir capa de ajuste</translation>
    </message>
    <message>
      <location filename="../../studio/tools/pose_actions.py" line="0" />
      <source>Add figure</source>
      <translation>Añadir figura</translation>
    </message>
    <message>
      <location filename="../../studio/session/whereabouts.py" line="0" />
      <source>Add its folder in the preferences.</source>
      <translation>Añade en las preferencias la carpeta que lo contiene.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/layers/layer_commands.py" line="0" />
      <source>Add layer mask</source>
      <translation>Añadir máscara de capa</translation>
    </message>
    <message>
      <location filename="../../studio/tools/control_gradient.py" line="0" />
      <source>Add one in the Control menu: from the layers, or an empty control layer.</source>
      <translation>Añade una en el menú Control: a partir de las capas, o una capa de control vacía.</translation>
    </message>
    <message>
      <location filename="../../studio/tools/control_fill.py" line="0" />
      <source>Add one in the Control menu: from the picture, or an empty control layer.</source>
      <translation>Añade una en el menú Control: a partir de la imagen, o una capa de control vacía.</translation>
    </message>
    <message>
      <location filename="../../studio/document/mask_edits.py" line="0" />
      <source>Add one in the Layer menu.</source>
      <translation>Añade una en el menú Capa.</translation>
    </message>
    <message>
      <location filename="../../studio/tools/pose_actions.py" line="0" />
      <source>Add one with Figure in the options bar, or make a pose from the picture.</source>
      <translation>Añade una con Figura en la barra de opciones, o haz una pose a partir de la imagen.</translation>
    </message>
    <message>
      <location filename="../../studio/cli/adjust.py" line="0" />
      <location filename="../../studio/session/photo/enlarge.py" line="0" />
      <source>Adjust</source>
      <translation>Ajustar</translation>
    </message>
    <message>
      <location filename="../../studio/document/kinds.py" line="0" />
      <source>Adjustment</source>
      <translation>Ajuste</translation>
    </message>
    <message>
      <location filename="../../studio/document/adjustments/curves.py" line="0" />
      <source>All channels</source>
      <translation>Todos los canales</translation>
    </message>
    <message>
      <location filename="../../studio/document/adjustments/table.py" line="0" />
      <source>All colours</source>
      <translation>Todos los colores</translation>
    </message>
    <message>
      <location filename="../../studio/tools/clone.py" line="0" />
      <source>Alt+click the place to copy from first.</source>
      <translation>Primero haga Alt+clic en el lugar del que copiar.</translation>
    </message>
    <message>
      <location filename="../../studio/tools/registry.py" line="0" />
      <source>Alt+click the place to copy from, then paint.</source>
      <translation>Alt+clic en el lugar del que copiar y, después, pinte.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/styles.py" line="0" />
      <source>Amount</source>
      <translation>Cantidad</translation>
    </message>
    <message>
      <location filename="../../studio/engine/rewrite/job.py" line="0" />
      <source>An edit by words has plain guidance, whatever its other settings are.</source>
      <translation>Una edición por palabras usa la guía sencilla, sean cuales sean los demás ajustes.</translation>
    </message>
    <message>
      <location filename="../../studio/engine/rewrite/job.py" line="0" />
      <source>An edit by words is not steered: it keeps to the photo's own steps.</source>
      <translation>Una edición con palabras no se dirige: sigue los pasos propios de la foto.</translation>
    </message>
    <message>
      <location filename="../../studio/engine/families/stable_diffusion/family.py" line="0" />
      <source>An edit by words takes no region prompts.</source>
      <translation>Una edición por palabras no admite prompts de región.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/small_unclip.py" line="0" />
      <source>An image embedding describes the whole picture, so there are no region prompts.</source>
      <translation>Una representación de imagen describe la imagen entera, así que no hay descripciones por zonas.</translation>
    </message>
    <message>
      <location filename="../../studio/session/generations/run.py" line="0" />
      <source>An unexpected error ended the work of this system ({reason}).</source>
      <translation>Un error inesperado detuvo este sistema ({reason}).</translation>
    </message>
    <message>
      <location filename="../../studio/cli/batch.py" line="0" />
      <source>An unexpected error ended the work on this photo ({reason}).</source>
      <translation>Un error inesperado terminó el trabajo con esta foto ({reason}).</translation>
    </message>
    <message>
      <location filename="../../studio/engine/annotators/detectors.py" line="0" />
      <source>Analysing the picture</source>
      <translation>Mirando la imagen</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/settings.py" line="0" />
      <source>Answer yes or no.</source>
      <translation>Di sí o no.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/first_models.py" line="0" />
      <source>Any use is permitted, also commercial.</source>
      <translation>Se permite cualquier uso, también comercial.</translation>
    </message>
    <message>
      <location filename="../../studio/engine/photo/filling.py" line="0" />
      <source>Around the marked place too little is left to copy patches from.</source>
      <translation>Alrededor del lugar marcado queda muy poco de donde copiar parches.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/guidance.py" line="0" />
      <source>At a CFG scale of 1 or less these have no effect: {settings}.</source>
      <translation>Con una escala CFG de 1 o menos no tienen efecto: {settings}.</translation>
    </message>
    <message>
      <location filename="../../studio/engine/rewrite/job.py" line="0" />
      <source>BREAK has no effect in Edit by words.</source>
      <translation>BREAK no cuenta en una edición por palabras.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/controls.py" line="0" />
      <source>Balanced</source>
      <translation>Equilibrado</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/prior.py" line="0" />
      <source>Before it paints, the model decides in so many steps what the picture shows; 25 suit most prompts.</source>
      <translation>Antes de pintar, el modelo decide en ese número de pasos qué muestra la imagen; 25 sirven para casi todos los prompts.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/dream.py" line="0" />
      <source>Begin with</source>
      <translation>Empezar con</translation>
    </message>
    <message>
      <location filename="../../studio/edit/lifting.py" line="0" />
      <source>Behind the lifted thing</source>
      <translation>Detrás de lo levantado</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/dall_e.py" line="0" />
      <source>Best of</source>
      <translation>La mejor de</translation>
    </message>
    <message>
      <location filename="../../studio/engine/families/dall_e/family.py" line="0" />
      <source>Best of chooses by CLIP, whose file {path} is missing, so the first of the tries was taken.</source>
      <translation>La mejor de elige con CLIP, cuyo archivo {path} falta, así que se tomó el primer intento.</translation>
    </message>
    <message>
      <location filename="../../studio/retouch/resampling.py" line="0" />
      <source>Bicubic</source>
      <translation>Bicúbico</translation>
    </message>
    <message>
      <location filename="../../studio/document/adjustments/levels.py" line="0" />
      <source>Black</source>
      <translation>Negro</translation>
    </message>
    <message>
      <location filename="../../studio/document/adjustments/black_white.py" line="0" />
      <source>Black and white</source>
      <translation>Blanco y negro</translation>
    </message>
    <message>
      <location filename="../../studio/document/adjustments/table.py" line="0" />
      <source>Blacks</source>
      <translation>Negros</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/references.py" line="0" />
      <source>Blend</source>
      <translation>Mezclar</translation>
    </message>
    <message>
      <location filename="../../studio/ui/layers/layer_commands.py" line="0" />
      <source>Blend mode</source>
      <translation>Modo de fusión</translation>
    </message>
    <message>
      <location filename="../../studio/document/adjustments/curves.py" line="0" />
      <source>Blue</source>
      <translation>Azul</translation>
    </message>
    <message>
      <location filename="../../studio/document/adjustments/table.py" line="0" />
      <source>Blues</source>
      <translation>Azules</translation>
    </message>
    <message>
      <location filename="../../studio/cli/rewriting.py" line="0" />
      <source>Both texts are the same, so nothing would change.</source>
      <translation>Los dos textos dicen lo mismo, así que no cambiaría nada.</translation>
    </message>
    <message>
      <location filename="../../studio/document/adjustments/brightness.py" line="0" />
      <source>Brightness</source>
      <translation>Brillo</translation>
    </message>
    <message>
      <location filename="../../studio/document/adjustments/brightness.py" line="0" />
      <source>Brightness and contrast</source>
      <translation>Brillo y contraste</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/styles.py" line="0" />
      <source>Broad</source>
      <translation>Anchos</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/styles.py" line="0" />
      <source>Broken brushwork</source>
      <translation>Pincelada rota</translation>
    </message>
    <message>
      <location filename="../../studio/tools/registry.py" line="0" />
      <source>Brush</source>
      <translation>Pincel</translation>
    </message>
    <message>
      <location filename="../../studio/tools/registry.py" line="0" />
      <source>Brush over a thing and it is gone; Shift adds, Alt takes away. A small brush heals spots.</source>
      <translation>Pinta sobre una cosa y desaparece; Mayús añade, Alt quita. Un pincel pequeño cura manchas.</translation>
    </message>
    <message>
      <location filename="../../studio/engine/photo/remove.py" line="0" />
      <source>Brush over the thing that should disappear.</source>
      <translation>Pase el pincel sobre lo que debe desaparecer.</translation>
    </message>
    <message>
      <location filename="../../studio/tools/brush.py" line="0" />
      <source>Brush stroke</source>
      <translation>Pincelada</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/photo_tools.py" line="0" />
      <source>By how much the mask grows; -1 depends on its size.</source>
      <translation>Cuánto crece la máscara; -1 depende de su tamaño.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/recognise/parts.py" line="0" />
      <source>ByT5 text encoder</source>
      <translation>codificador de texto ByT5</translation>
    </message>
    <message>
      <location filename="../../studio/core/limits.py" line="0" />
      <source>CFG scale</source>
      <translation>Escala CFG</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/settings.py" line="0" />
      <source>CFG scale: how closely the picture follows the prompt; too high gives harsh colours</source>
      <translation>Escala CFG: con qué fuerza cuenta el prompt; demasiada da colores duros</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/recognise/parts.py" line="0" />
      <source>CLIP-G text encoder</source>
      <translation>codificador de texto CLIP-G</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/recognise/parts.py" line="0" />
      <source>CLIP-H image encoder</source>
      <translation>codificador de imágenes CLIP-H</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/recognise/parts.py" line="0" />
      <source>CLIP-L image encoder</source>
      <translation>codificador de imágenes CLIP-L</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/recognise/parts.py" line="0" />
      <source>CLIP-L text encoder</source>
      <translation>codificador de texto CLIP-L</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/recognise/parts.py" line="0" />
      <source>CLIP-bigG image encoder</source>
      <translation>codificador de imágenes CLIP-bigG</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/controls.py" line="0" />
      <source>Canny edges</source>
      <translation>Bordes Canny</translation>
    </message>
    <message>
      <location filename="../../studio/ui/layers/layer_commands.py" line="0" />
      <source>Canvas size</source>
      <translation>Tamaño del lienzo</translation>
    </message>
    <message>
      <location filename="../../studio/cli/rewriting.py" line="0" />
      <source>Change a word in --to, or give one a --weight.</source>
      <translation>Cambia una palabra en --to, o da a una un --weight.</translation>
    </message>
    <message>
      <location filename="../../studio/session/batch.py" line="0" />
      <source>Change by a prompt</source>
      <translation>Cambiar con un prompt</translation>
    </message>
    <message>
      <location filename="../../studio/engine/validation.py" line="0" />
      <source>Change the settings of the control.</source>
      <translation>Corrige los ajustes del control.</translation>
    </message>
    <message>
      <location filename="../../studio/engine/validation.py" line="0" />
      <source>Change the settings of the reference.</source>
      <translation>Corrige los ajustes de la referencia.</translation>
    </message>
    <message>
      <location filename="../../studio/edit/inversions.py" line="0" />
      <location filename="../../studio/edit/training_defaults.py" line="0" />
      <location filename="../../studio/ui/training/training_form.py" line="0" />
      <source>Change the settings.</source>
      <translation>Corrige los ajustes.</translation>
    </message>
    <message>
      <location filename="../../studio/engine/validation.py" line="0" />
      <location filename="../../studio/session/sources.py" line="0" />
      <source>Change the weight.</source>
      <translation>Corrige el peso.</translation>
    </message>
    <message>
      <location filename="../../studio/document/fill.py" line="0" />
      <source>Change them with the pose tool.</source>
      <translation>Cámbialas con la herramienta de pose.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/first_models.py" line="0" />
      <source>Changing a photo by an instruction.</source>
      <translation>Cambiar una foto mediante una instrucción.</translation>
    </message>
    <message>
      <location filename="../../studio/document/adjustments/mixer.py" line="0" />
      <source>Channel mixer</source>
      <translation>Mezclador de canales</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/recognise/scan.py" line="0" />
      <source>Check its rights.</source>
      <translation>Comprueba sus permisos.</translation>
    </message>
    <message>
      <location filename="../../studio/core/download/http_get.py" line="0" />
      <source>Check the connection to the network; what has been downloaded is kept.</source>
      <translation>Compruebe la conexión a la red; lo descargado se conserva.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/encoder_vocabulary.py" line="0" />
      <location filename="../../studio/catalog/extra_paths.py" line="0" />
      <location filename="../../studio/catalog/packs.py" line="0" />
      <location filename="../../studio/catalog/recognise/gguf_header.py" line="0" />
      <location filename="../../studio/catalog/recognise/opening.py" line="0" />
      <location filename="../../studio/catalog/recognise/pickle_header.py" line="0" />
      <location filename="../../studio/catalog/recognise/remember.py" line="0" />
      <location filename="../../studio/catalog/single/opened.py" line="0" />
      <source>Check the disk and the rights of the file.</source>
      <translation>Comprueba el disco y los permisos del archivo.</translation>
    </message>
    <message>
      <location filename="../../studio/document/adjustments/lut.py" line="0" />
      <source>Check the file and the right to read it.</source>
      <translation>Compruebe el archivo y el permiso para leerlo.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/pack_install.py" line="0" />
      <source>Check the rights of {folder}, and that the disk with the pack is still there.</source>
      <translation>Compruebe los permisos de {folder} y que el disco con el paquete siga ahí.</translation>
    </message>
    <message>
      <location filename="../../studio/core/download/resumable.py" line="0" />
      <source>Checking the file</source>
      <translation>Comprobando el archivo</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/integrity.py" line="0" />
      <source>Checking the model</source>
      <translation>Comprobando el modelo</translation>
    </message>
    <message>
      <location filename="../../studio/photos/photos.py" line="0" />
      <source>Checking the photos</source>
      <translation>Revisando las fotos</translation>
    </message>
    <message>
      <location filename="../../studio/core/download/state.py" line="0" />
      <source>Checking what has been downloaded</source>
      <translation>Comprobando lo descargado</translation>
    </message>
    <message>
      <location filename="../../studio/edit/cutouts.py" line="0" />
      <location filename="../../studio/session/photo/subject.py" line="0" />
      <source>Choose Remove background again.</source>
      <translation>Elige otra vez Quitar el fondo.</translation>
    </message>
    <message>
      <location filename="../../studio/document/adjustments/lut.py" line="0" />
      <source>Choose a .cube file that another program writes or opens.</source>
      <translation>Elija un archivo .cube que otro programa escriba o abra.</translation>
    </message>
    <message>
      <location filename="../../studio/engine/pipelines/lora.py" line="0" />
      <source>Choose a LoRA file (.safetensors).</source>
      <translation>Elija un archivo LoRA (.safetensors).</translation>
    </message>
    <message>
      <location filename="../../studio/engine/pipelines/lora.py" line="0" />
      <source>Choose a LoRA for this kind of model, or another model.</source>
      <translation>Elija un LoRA para este tipo de modelo, u otro modelo.</translation>
    </message>
    <message>
      <location filename="../../studio/session/subjects.py" line="0" />
      <source>Choose a LoRA or an embedding.</source>
      <translation>Elige un LoRA o un embedding.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/lora_files.py" line="0" />
      <location filename="../../studio/catalog/recognise/rows/lora.py" line="0" />
      <source>Choose a LoRA, LoCon, LoHa, LoKr or DoRA.</source>
      <translation>Elige un LoRA, LoCon, LoHa, LoKr o DoRA.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/vae_files.py" line="0" />
      <source>Choose a VAE as a safetensors file or as a folder in diffusers layout.</source>
      <translation>Elige un VAE como archivo safetensors o como carpeta en formato diffusers.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/recognise/rows/vae.py" line="0" />
      <source>Choose a VAE for pictures.</source>
      <translation>Elige un VAE para imágenes.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/stable_diffusion_xl.py" line="0" />
      <source>Choose a base or inpainting model; its pictures need no refiner.</source>
      <translation>Elige un modelo base o de relleno; sus imágenes no necesitan refinador.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/preferences.py" line="0" />
      <source>Choose a checkpoint file, or a folder with checkpoints or with models in diffusers layout.</source>
      <translation>Elija un archivo de checkpoint, o una carpeta con checkpoints o con modelos en el formato de diffusers.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/single/model_file.py" line="0" />
      <source>Choose a checkpoint; LoRAs, ControlNets and embeddings are added in the panels.</source>
      <translation>Elija un checkpoint; los LoRA, ControlNet y embeddings se añaden en los paneles.</translation>
    </message>
    <message>
      <location filename="../../studio/engine/adapters/embedding_files.py" line="0" />
      <source>Choose a file of A1111 or diffusers that holds one.</source>
      <translation>Elige un archivo de A1111 o diffusers que contenga uno.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/fit.py" line="0" />
      <source>Choose a file of the kind {wanted}.</source>
      <translation>Elige un archivo del tipo {wanted}.</translation>
    </message>
    <message>
      <location filename="../../studio/session/photo/words.py" line="0" />
      <source>Choose a fill or a change.</source>
      <translation>Elige un relleno o un cambio.</translation>
    </message>
    <message>
      <location filename="../../studio/core/download/resumable.py" line="0" />
      <source>Choose a folder of your own.</source>
      <translation>Elija una carpeta propia.</translation>
    </message>
    <message>
      <location filename="../../studio/core/atomic.py" line="0" />
      <source>Choose a folder that exists.</source>
      <translation>Elige una carpeta que exista.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/references.py" line="0" />
      <source>Choose a folder with one, or another model.</source>
      <translation>Elige una carpeta que tenga uno, u otro modelo.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/controls.py" line="0" />
      <source>Choose a full ControlNet or a T2I-Adapter, not a control LoRA.</source>
      <translation>Elige un ControlNet completo o un T2I-Adapter, no un control LoRA.</translation>
    </message>
    <message>
      <location filename="../../studio/session/photos.py" line="0" />
      <location filename="../../studio/ui/prompt/reference_sources.py" line="0" />
      <source>Choose a layer with pixels.</source>
      <translation>Elige una capa con píxeles.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/single/model_file.py" line="0" />
      <source>Choose a model of a family that the guide lists.</source>
      <translation>Elija un modelo de una familia que figure en la guía.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/recognise/rows/elsewhere.py" line="0" />
      <source>Choose a model of another kind, such as Flux.2 klein, Z-Image or Stable Diffusion XL.</source>
      <translation>Elige un modelo de otro tipo, como Flux.2 klein, Z-Image o Stable Diffusion XL.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/fit.py" line="0" />
      <location filename="../../studio/catalog/lora_files.py" line="0" />
      <source>Choose a model of that kind, or a LoRA made for this one.</source>
      <translation>Elige un modelo de ese tipo o un LoRA hecho para este.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/fit.py" line="0" />
      <location filename="../../studio/engine/adapters/textual_inversion.py" line="0" />
      <source>Choose a model of that kind, or an embedding made for this one.</source>
      <translation>Elige un modelo de ese tipo o un embedding hecho para este.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/recognise/rows/stable_diffusion.py" line="0" />
      <source>Choose a model that makes pictures from text.</source>
      <translation>Elige un modelo que haga imágenes a partir de texto.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/recognise/rows/elsewhere.py" line="0" />
      <location filename="../../studio/catalog/recognise/rows/video_unet.py" line="0" />
      <source>Choose a model that makes pictures.</source>
      <translation>Elige un modelo que haga imágenes.</translation>
    </message>
    <message>
      <location filename="../../studio/session/generations/sheet.py" line="0" />
      <source>Choose a name that ends in .png, .jpg or .webp.</source>
      <translation>Elige un nombre que termine en .png, .jpg o .webp.</translation>
    </message>
    <message>
      <location filename="../../studio/engine/photo/restyle.py" line="0" />
      <location filename="../../studio/session/photo/style.py" line="0" />
      <source>Choose a painting, or one of the presets.</source>
      <translation>Elija un cuadro o uno de los estilos incluidos.</translation>
    </message>
    <message>
      <location filename="../../studio/cli/like.py" line="0" />
      <source>Choose a picture that was saved with its prompt, or give one with --prompt.</source>
      <translation>Elige una imagen guardada con su prompt, o da uno con --prompt.</translation>
    </message>
    <message>
      <location filename="../../studio/session/photos.py" line="0" />
      <source>Choose a picture.</source>
      <translation>Elige una imagen.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/prompt/reference_sources.py" line="0" />
      <source>Choose a pixel layer.</source>
      <translation>Elige una capa de píxeles.</translation>
    </message>
    <message>
      <location filename="../../studio/engine/validation.py" line="0" />
      <source>Choose a place on the canvas.</source>
      <translation>Elige un lugar del lienzo.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/text_settings.py" line="0" />
      <source>Choose a smaller number.</source>
      <translation>Elige un número menor.</translation>
    </message>
    <message>
      <location filename="../../studio/edit/enlarging.py" line="0" />
      <source>Choose a smaller size, or enlarge one layer or a selection.</source>
      <translation>Elige un tamaño menor, o amplía una sola capa o una selección.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/references.py" line="0" />
      <source>Choose a standard, plus or plus-face adapter; FaceID adapters need a face-recognition network that Lienzo does not have.</source>
      <translation>Elige uno corriente, uno plus o uno plus-face; los llamados FaceID necesitan una red que reconoce personas, y aquí no está.</translation>
    </message>
    <message>
      <location filename="../../studio/engine/adapters/added_tokens.py" line="0" />
      <source>Choose an embedding with fewer vectors.</source>
      <translation>Elige un embedding con menos vectores.</translation>
    </message>
    <message>
      <location filename="../../studio/engine/annotators/base.py" line="0" />
      <source>Choose another kind.</source>
      <translation>Elige otro tipo.</translation>
    </message>
    <message>
      <location filename="../../studio/session/photos.py" line="0" />
      <source>Choose another layer.</source>
      <translation>Elige otra capa.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/single/rows.py" line="0" />
      <source>Choose another model of Stable Diffusion XL.</source>
      <translation>Elige otro modelo de Stable Diffusion XL.</translation>
    </message>
    <message>
      <location filename="../../studio/engine/engine.py" line="0" />
      <location filename="../../studio/ui/training/training_form.py" line="0" />
      <source>Choose another model or another method.</source>
      <translation>Elige otro modelo u otro método.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/reasons.py" line="0" />
      <location filename="../../studio/engine/pipelines/row.py" line="0" />
      <location filename="../../studio/engine/validation.py" line="0" />
      <source>Choose another model or switch it off.</source>
      <translation>Elige otro modelo o desactívalo.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/single/rows.py" line="0" />
      <source>Choose another model, and add a control image of depth to it.</source>
      <translation>Elige otro modelo y añádele una imagen de control de profundidad.</translation>
    </message>
    <message>
      <location filename="../../studio/core/download/resumable.py" line="0" />
      <source>Choose another model, or another mirror.</source>
      <translation>Elija otro modelo u otro servidor espejo.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/table.py" line="0" />
      <location filename="../../studio/catalog/first_fetch.py" line="0" />
      <location filename="../../studio/catalog/lora_list.py" line="0" />
      <location filename="../../studio/catalog/reasons.py" line="0" />
      <location filename="../../studio/engine/validation.py" line="0" />
      <location filename="../../studio/session/rewrites.py" line="0" />
      <location filename="../../studio/ui/commands/model_commands.py" line="0" />
      <source>Choose another model.</source>
      <translation>Elige otro modelo.</translation>
    </message>
    <message>
      <location filename="../../studio/engine/training/exchange.py" line="0" />
      <source>Choose another name, or allow it to be replaced.</source>
      <translation>Elige otro nombre o permite que se sustituya.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/subjects.py" line="0" />
      <source>Choose another name, or delete that subject first.</source>
      <translation>Elige otro nombre o elimina antes ese sujeto.</translation>
    </message>
    <message>
      <location filename="../../studio/cli/files.py" line="0" />
      <source>Choose another name, or give --replace.</source>
      <translation>Elige otro nombre o añade --replace.</translation>
    </message>
    <message>
      <location filename="../../studio/session/photos.py" line="0" />
      <location filename="../../studio/ui/commands/get_commands.py" line="0" />
      <source>Choose another one.</source>
      <translation>Elige otra.</translation>
    </message>
    <message>
      <location filename="../../studio/engine/validation.py" line="0" />
      <source>Choose another picture.</source>
      <translation>Elige otra imagen.</translation>
    </message>
    <message>
      <location filename="../../studio/session/generations/run.py" line="0" />
      <source>Choose at least one of the list.</source>
      <translation>Elige al menos uno de la lista.</translation>
    </message>
    <message>
      <location filename="../../studio/document/several.py" line="0" />
      <source>Choose groups alone, or another blend mode.</source>
      <translation>Elige solo grupos, u otro modo de fusión.</translation>
    </message>
    <message>
      <location filename="../../studio/engine/adapters/export.py" line="0" />
      <source>Choose kohya's layout, which has one for every kind of LoRA.</source>
      <translation>Elige el formato de kohya, que los admite todos.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/fit.py" line="0" />
      <location filename="../../studio/catalog/references.py" line="0" />
      <location filename="../../studio/catalog/transformer_references.py" line="0" />
      <source>Choose one for the same base model, or remove the reference.</source>
      <translation>Elige uno para el mismo modelo base, o quita la referencia.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/controls.py" line="0" />
      <location filename="../../studio/catalog/fit.py" line="0" />
      <location filename="../../studio/catalog/transformer_controls.py" line="0" />
      <source>Choose one for the same base model, or switch the control off.</source>
      <translation>Elige uno para el mismo modelo base, o desactiva el control.</translation>
    </message>
    <message>
      <location filename="../../studio/engine/scheduling.py" line="0" />
      <location filename="../../studio/engine/validation.py" line="0" />
      <source>Choose one from the list.</source>
      <translation>Elige uno de la lista.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/settings.py" line="0" />
      <source>Choose one of: {choices}.</source>
      <translation>Elige uno de estos: {choices}.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/controls.py" line="0" />
      <source>Choose one of: {kinds}.</source>
      <translation>Elige uno de estos: {kinds}.</translation>
    </message>
    <message>
      <location filename="../../studio/edit/inversions.py" line="0" />
      <source>Choose one of: {methods}.</source>
      <translation>Elige uno de estos: {methods}.</translation>
    </message>
    <message>
      <location filename="../../studio/engine/validation.py" line="0" />
      <source>Choose one of: {modes}.</source>
      <translation>Elige uno de estos: {modes}.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/detectors.py" line="0" />
      <location filename="../../studio/edit/training_defaults.py" line="0" />
      <location filename="../../studio/engine/training/exchange.py" line="0" />
      <source>Choose one of: {names}.</source>
      <translation>Elige uno de estos: {names}.</translation>
    </message>
    <message>
      <location filename="../../studio/session/batch.py" line="0" />
      <source>Choose one of: {tools}.</source>
      <translation>Elige una de estas: {tools}.</translation>
    </message>
    <message>
      <location filename="../../studio/session/photos.py" line="0" />
      <source>Choose the 3 to 5 that show the subject best.</source>
      <translation>Elige las 3 a 5 que mejor muestren el motivo.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/fit.py" line="0" />
      <location filename="../../studio/catalog/vae_files.py" line="0" />
      <source>Choose the VAE that belongs to your model, or the automatic one.</source>
      <translation>Elige el VAE que corresponde a tu modelo, o el automático.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/recognise/rows/vae.py" line="0" />
      <source>Choose the VAE that belongs to your model.</source>
      <translation>Elige el VAE que corresponde a tu modelo.</translation>
    </message>
    <message>
      <location filename="../../studio/session/training_plans.py" line="0" />
      <location filename="../../studio/ui/training/photo_row.py" line="0" />
      <source>Choose the best ones: 3 to 5 work well, {limit} is the limit.</source>
      <translation>Elige las mejores: lo habitual son de 3 a 5, como máximo {limit}.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/unet.py" line="0" />
      <location filename="../../studio/catalog/recognise/model_folder.py" line="0" />
      <source>Choose the folder of a model in diffusers layout.</source>
      <translation>Elige la carpeta de un modelo en formato diffusers.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/kandinsky.py" line="0" />
      <source>Choose the folder of the decoder, and keep the prior beside it.</source>
      <translation>Elige la carpeta del decodificador y deja el prior junto a ella.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/deepfloyd_if.py" line="0" />
      <source>Choose the folder of the first stage, and keep this one beside it.</source>
      <translation>Elige la carpeta de la primera etapa y deja esta junto a ella.</translation>
    </message>
    <message>
      <location filename="../../studio/engine/adapters/dreambooth.py" line="0" />
      <source>Choose the model that it was taught on.</source>
      <translation>Elige el modelo con el que se enseñó.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/recognise/rows/text_encoder.py" line="0" />
      <source>Choose the text encoder that your model asks for.</source>
      <translation>Elige el codificador de texto que pide tu modelo.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/steering.py" line="0" />
      <source>Classifier guidance: a thing that a second network, a judge, is to see in the picture. Empty is off.</source>
      <translation>Guía por clasificador: una cosa que una segunda red, un juez, debe ver en la imagen. Vacío es apagado.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/steering.py" line="0" />
      <source>Classifier scale</source>
      <translation>Escala del clasificador</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/steering.py" line="0" />
      <source>Classifier scale: how much the gradient of log p(thing | picture) counts. The paper has 1 to 10; more is firmer and harsher.</source>
      <translation>Escala del clasificador: cuánto cuenta el gradiente de log p(cosa | imagen). El artículo usa de 1 a 10; más es más firme y más áspero.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/guidance.py" line="0" />
      <source>Classifier-free</source>
      <translation>Sin clasificador</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/photo_tools.py" line="0" />
      <source>Clean</source>
      <translation>Limpiar</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/photo_tools.py" line="0" />
      <location filename="../../studio/session/batch.py" line="0" />
      <source>Clean the colours of the edge</source>
      <translation>Limpiar los colores del borde</translation>
    </message>
    <message>
      <location filename="../../studio/engine/photo/subject.py" line="0" />
      <source>Cleaning the colours of the edge</source>
      <translation>Limpiando los colores del borde</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/edit_commands.py" line="0" />
      <source>Clear</source>
      <translation>Vaciar</translation>
    </message>
    <message>
      <location filename="../../studio/ui/layers/layer_commands.py" line="0" />
      <source>Clear mask</source>
      <translation>Borrar la máscara</translation>
    </message>
    <message>
      <location filename="../../studio/edit/lifting.py" line="0" />
      <source>Click a thing with the object selection tool, or draw around it.</source>
      <translation>Pulsa un objeto con la herramienta de selección de objetos, o rodéalo.</translation>
    </message>
    <message>
      <location filename="../../studio/engine/photo/lift.py" line="0" />
      <source>Click another place, or draw around the thing with the lasso.</source>
      <translation>Pulsa en otro lugar, o rodea el objeto con el lazo.</translation>
    </message>
    <message>
      <location filename="../../studio/tools/object_finder.py" line="0" />
      <source>Click on a thing first.</source>
      <translation>Haga clic antes en un objeto.</translation>
    </message>
    <message>
      <location filename="../../studio/tools/registry.py" line="0" />
      <source>Click on a thing; click again or use [ and ] for a smaller or larger one; double-click to lift it. Drag a box; Shift adds, Alt takes away.</source>
      <translation>Haga clic en un objeto; vuelva a hacer clic o use [ y ] para uno menor o mayor; doble clic para levantarlo. Arrastre un recuadro; Mayús añade, Alt quita.</translation>
    </message>
    <message>
      <location filename="../../studio/tools/object_finder.py" line="0" />
      <source>Click on the middle of a thing, or drag a box around it.</source>
      <translation>Haga clic en el centro de un objeto o arrastre un recuadro a su alrededor.</translation>
    </message>
    <message>
      <location filename="../../studio/engine/photo/subject.py" line="0" />
      <source>Click the thing with the object selection tool, or draw around it with the lasso.</source>
      <translation>Pulsa el objeto con la herramienta de selección de objetos, o rodéalo con el lazo.</translation>
    </message>
    <message>
      <location filename="../../studio/tools/registry.py" line="0" />
      <source>Click to zoom in, Alt+click to zoom out, or drag around what should be seen.</source>
      <translation>Haz clic para acercar, Alt+clic para alejar, o arrastra alrededor de lo que quieras ver.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/text_settings.py" line="0" />
      <source>Clip skip</source>
      <translation>Clip skip</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/text_settings.py" line="0" />
      <source>Clip skip {count} leaves out too much: the text encoder of {model} has {layers} layers.</source>
      <translation>Clip skip {count} omite demasiado: el codificador de texto de {model} tiene {layers} capas.</translation>
    </message>
    <message>
      <location filename="../../studio/tools/clone.py" line="0" />
      <location filename="../../studio/tools/registry.py" line="0" />
      <source>Clone stamp</source>
      <translation>Tampón de clonar</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/integrity.py" line="0" />
      <source>Close Lienzo and run: {command}</source>
      <translation>Cierra Lienzo y ejecuta: {command}</translation>
    </message>
    <message>
      <location filename="../../studio/session/batch.py" line="0" />
      <source>Close every quotation mark.</source>
      <translation>Cierra todas las comillas.</translation>
    </message>
    <message>
      <location filename="../../studio/document/io/common.py" line="0" />
      <location filename="../../studio/document/io/heic_decode.py" line="0" />
      <source>Close other programs or documents and try again.</source>
      <translation>Cierra otros programas o documentos e inténtalo de nuevo.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/subjects.py" line="0" />
      <source>Close other programs that use its files.</source>
      <translation>Cierra los programas que usan sus archivos.</translation>
    </message>
    <message>
      <location filename="../../studio/engine/residency.py" line="0" />
      <source>Close other programs, choose fewer variations or a smaller model.</source>
      <translation>Cierra otros programas, o elige menos variaciones o un modelo más pequeño.</translation>
    </message>
    <message>
      <location filename="../../studio/engine/photo/running.py" line="0" />
      <source>Close other programs, or work on a part of the picture, or on a smaller copy.</source>
      <translation>Cierra otros programas, o trabaja en una parte de la imagen o en una copia más pequeña.</translation>
    </message>
    <message>
      <location filename="../../studio/engine/training/memory.py" line="0" />
      <source>Close other programs, switch gradient checkpointing on, or lower batch and resolution.</source>
      <translation>Cierra otros programas, activa los puntos de control de gradiente o baja el lote y la resolución.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/documents/files.py" line="0" />
      <source>Close that tab first, or choose another name.</source>
      <translation>Cierra antes esa pestaña o elige otro nombre.</translation>
    </message>
    <message>
      <location filename="../../studio/document/outlines.py" line="0" />
      <source>Close the outline, then try again.</source>
      <translation>Cierra la línea alrededor del lugar y vuelve a intentarlo.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/styles.py" line="0" />
      <source>Cobalt strokes</source>
      <translation>Trazos de cobalto</translation>
    </message>
    <message>
      <location filename="../../studio/document/adjustments/black_white.py" line="0" />
      <location filename="../../studio/document/adjustments/photo_filter.py" line="0" />
      <location filename="../../studio/document/blend.py" line="0" />
      <source>Colour</source>
      <translation>Color</translation>
    </message>
    <message>
      <location filename="../../studio/document/adjustments/balance.py" line="0" />
      <source>Colour balance</source>
      <translation>Equilibrio de color</translation>
    </message>
    <message>
      <location filename="../../studio/document/blend.py" line="0" />
      <source>Colour burn</source>
      <translation>Subexponer color</translation>
    </message>
    <message>
      <location filename="../../studio/document/blend.py" line="0" />
      <source>Colour dodge</source>
      <translation>Sobreexponer color</translation>
    </message>
    <message>
      <location filename="../../studio/document/adjustments/hue.py" line="0" />
      <source>Colour with one tint</source>
      <translation>Colorear con un tono</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/photo_tools.py" line="0" />
      <location filename="../../studio/session/photo/words.py" line="0" />
      <source>Compare two pictures</source>
      <translation>Comparar dos imágenes</translation>
    </message>
    <message>
      <location filename="../../studio/engine/photo/words.py" line="0" />
      <source>Comparing two pictures</source>
      <translation>Comparando dos imágenes</translation>
    </message>
    <message>
      <location filename="../../studio/engine/clip/find.py" line="0" />
      <source>Comparing with the prompt</source>
      <translation>Comparando con el prompt</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/references.py" line="0" />
      <source>Composition</source>
      <translation>Composición</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/first_fetch.py" line="0" />
      <source>Connecting</source>
      <translation>Conectando</translation>
    </message>
    <message>
      <location filename="../../studio/document/adjustments/table.py" line="0" />
      <source>Constant</source>
      <translation>Constante</translation>
    </message>
    <message>
      <location filename="../../studio/session/subjects.py" line="0" />
      <source>Continue or discard it in the Subjects panel, or choose another name.</source>
      <translation>Deja que siga en el panel Sujetos, abandónalo allí o elige otro nombre.</translation>
    </message>
    <message>
      <location filename="../../studio/document/adjustments/brightness.py" line="0" />
      <source>Contrast</source>
      <translation>Contraste</translation>
    </message>
    <message>
      <location filename="../../studio/cli/editing.py" line="0" />
      <location filename="../../studio/document/kinds.py" line="0" />
      <source>Control</source>
      <translation>Control</translation>
    </message>
    <message>
      <location filename="../../studio/session/session.py" line="0" />
      <source>Control from the picture</source>
      <translation>Control de la imagen</translation>
    </message>
    <message>
      <location filename="../../studio/cli/editing.py" line="0" />
      <source>Control images of the kind {kind} cannot be written as OpenPose JSON.</source>
      <translation>Las imágenes de control del tipo {kind} no se pueden escribir como JSON de OpenPose.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/one_step.py" line="0" />
      <source>Control images steer the steps of a diffusion model; this one has a single step.</source>
      <translation>Las imágenes de control guían los pasos de un modelo de difusión; este tiene un solo paso.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/amused.py" line="0" />
      <location filename="../../studio/catalog/families/dall_e.py" line="0" />
      <source>Control images steer the steps of a diffusion model; this one has tokens instead.</source>
      <translation>Las imágenes de control guían los pasos de un modelo de difusión; este tiene tokens en su lugar.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/fit.py" line="0" />
      <source>ControlNet</source>
      <translation>ControlNet</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/styles.py" line="0" />
      <source>Copper</source>
      <translation>Cobre</translation>
    </message>
    <message>
      <location filename="../../studio/ui/documents/clipboard.py" line="0" />
      <location filename="../../studio/ui/prompt/reference_sources.py" line="0" />
      <location filename="../../studio/ui/training/photo_sources.py" line="0" />
      <source>Copy a picture first, in any program.</source>
      <translation>Copia antes una en cualquier programa.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/packs.py" line="0" />
      <source>Copy or make it again. Nothing was installed.</source>
      <translation>Cópielo o créelo de nuevo. No se ha instalado nada.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/lora_files.py" line="0" />
      <location filename="../../studio/catalog/recognise/rows/lora.py" line="0" />
      <location filename="../../studio/engine/adapters/weights_file.py" line="0" />
      <source>Copy the file again from where you got it.</source>
      <translation>Vuelve a copiar el archivo desde donde lo obtuviste.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/integrity.py" line="0" />
      <location filename="../../studio/catalog/recognise/safetensors_header.py" line="0" />
      <location filename="../../studio/catalog/single/model_file.py" line="0" />
      <location filename="../../studio/engine/adapters/control.py" line="0" />
      <location filename="../../studio/engine/adapters/reference.py" line="0" />
      <location filename="../../studio/engine/clip/model.py" line="0" />
      <location filename="../../studio/engine/loading.py" line="0" />
      <location filename="../../studio/session/generations/systems.py" line="0" />
      <source>Copy the file again from where you got the model, or choose another model.</source>
      <translation>Vuelve a copiar el archivo desde donde obtuviste el modelo, o elige otro modelo.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/card.py" line="0" />
      <location filename="../../studio/catalog/families/unet.py" line="0" />
      <location filename="../../studio/catalog/integrity.py" line="0" />
      <location filename="../../studio/catalog/models.py" line="0" />
      <location filename="../../studio/catalog/recognise/folders.py" line="0" />
      <location filename="../../studio/catalog/recognise/model_folder.py" line="0" />
      <location filename="../../studio/catalog/sentencepiece.py" line="0" />
      <location filename="../../studio/catalog/tokens.py" line="0" />
      <location filename="../../studio/catalog/vocabulary.py" line="0" />
      <location filename="../../studio/ui/models/models_panel.py" line="0" />
      <source>Copy the model folder again from where you got it.</source>
      <translation>Vuelve a copiar la carpeta del modelo desde donde la obtuviste.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/edit_commands.py" line="0" />
      <source>Copy to a new layer</source>
      <translation>Copiar a una capa nueva</translation>
    </message>
    <message>
      <location filename="../../studio/cli/select.py" line="0" />
      <source>Count from the top left corner, which is 0,0.</source>
      <translation>Cuente desde la esquina superior izquierda, que es 0,0.</translation>
    </message>
    <message>
      <location filename="../../studio/cli/clip.py" line="0" />
      <location filename="../../studio/cli/editing.py" line="0" />
      <location filename="../../studio/cli/select.py" line="0" />
      <location filename="../../studio/session/generations/sheet.py" line="0" />
      <source>Create it first, or choose another one.</source>
      <translation>Créala antes, o elige otro lugar.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/styles.py" line="0" />
      <source>Crimson and gold</source>
      <translation>Carmesí y oro</translation>
    </message>
    <message>
      <location filename="../../studio/ui/layers/layer_commands.py" line="0" />
      <source>Crop</source>
      <translation>Recortar</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/stable_diffusion_xl.py" line="0" />
      <source>Crop left</source>
      <translation>Recorte izquierdo</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/stable_diffusion_xl.py" line="0" />
      <source>Crop top</source>
      <translation>Recorte superior</translation>
    </message>
    <message>
      <location filename="../../studio/edit/prompt_syntax.py" line="0" />
      <source>Curly brackets have no meaning here and were left out.</source>
      <translation>Las llaves no significan nada aquí y se dejaron fuera.</translation>
    </message>
    <message>
      <location filename="../../studio/document/adjustments/curves.py" line="0" />
      <source>Curve</source>
      <translation>Curva</translation>
    </message>
    <message>
      <location filename="../../studio/document/adjustments/curves.py" line="0" />
      <source>Curves</source>
      <translation>Curvas</translation>
    </message>
    <message>
      <location filename="../../studio/ui/documents/clipboard.py" line="0" />
      <source>Cut</source>
      <translation>Cortar</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/edit_commands.py" line="0" />
      <source>Cut to a new layer</source>
      <translation>Cortar a una capa nueva</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/dream.py" line="0" />
      <source>Cutouts</source>
      <translation>Recortes</translation>
    </message>
    <message>
      <location filename="../../studio/document/adjustments/table.py" line="0" />
      <source>Cyan</source>
      <translation>Cian</translation>
    </message>
    <message>
      <location filename="../../studio/document/adjustments/balance.py" line="0" />
      <source>Cyan to red</source>
      <translation>Cian a rojo</translation>
    </message>
    <message>
      <location filename="../../studio/document/adjustments/table.py" line="0" />
      <source>Cyans</source>
      <translation>Cianes</translation>
    </message>
    <message>
      <location filename="../../studio/document/io/ora_read.py" line="0" />
      <source>Damaged results of {name} were left out ({count}).</source>
      <translation>Se omitieron resultados dañados de {name} ({count}).</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/styles.py" line="0" />
      <source>Dark shards</source>
      <translation>Esquirlas oscuras</translation>
    </message>
    <message>
      <location filename="../../studio/document/blend.py" line="0" />
      <source>Darken</source>
      <translation>Oscurecer</translation>
    </message>
    <message>
      <location filename="../../studio/document/blend.py" line="0" />
      <source>Darker colour</source>
      <translation>Color más oscuro</translation>
    </message>
    <message>
      <location filename="../../studio/document/adjustments/levels.py" line="0" />
      <source>Darkest output</source>
      <translation>Salida más oscura</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/styles.py" line="0" />
      <source>Deep red</source>
      <translation>Rojo intenso</translation>
    </message>
    <message>
      <location filename="../../studio/engine/training/words.py" line="0" />
      <source>Delete a subject, or use textual inversion, which adds its own token.</source>
      <translation>Elimina un sujeto o usa la inversión textual, que trae su propia palabra.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/layers/layer_commands.py" line="0" />
      <source>Delete layer</source>
      <translation>Eliminar capa</translation>
    </message>
    <message>
      <location filename="../../studio/ui/layers/layer_commands.py" line="0" />
      <source>Delete layer mask</source>
      <translation>Eliminar máscara de capa</translation>
    </message>
    <message>
      <location filename="../../studio/core/limits.py" line="0" />
      <source>Denoising strength</source>
      <translation>Intensidad de eliminación de ruido</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/settings.py" line="0" />
      <source>Denoising strength: low values keep shapes and colours, 1 repaints everything</source>
      <translation>Intensidad de eliminación de ruido: baja conserva formas y colores, 1 pinta de nuevo</translation>
    </message>
    <message>
      <location filename="../../studio/document/adjustments/photo_filter.py" line="0" />
      <source>Density</source>
      <translation>Densidad</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/controls.py" line="0" />
      <source>Depth</source>
      <translation>Profundidad</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/detectors.py" line="0" />
      <source>Depth (MiDaS)</source>
      <translation>Profundidad (MiDaS)</translation>
    </message>
    <message>
      <location filename="../../studio/tools/control_gradient.py" line="0" />
      <location filename="../../studio/tools/registry.py" line="0" />
      <source>Depth gradient</source>
      <translation>Degradado de profundidad</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/subjects.py" line="0" />
      <source>Describe it in one word, such as dog or cup.</source>
      <translation>Di en una palabra qué es, como perro o taza.</translation>
    </message>
    <message>
      <location filename="../../studio/edit/inversions.py" line="0" />
      <source>Describe the picture in a few words, then change a word of them.</source>
      <translation>Describe la imagen en pocas palabras y cambia luego una de ellas.</translation>
    </message>
    <message>
      <location filename="../../studio/edit/prepare.py" line="0" />
      <source>Describe what should be in the picture, for example: a penguin.</source>
      <translation>Di qué debe haber en la imagen, por ejemplo: un pingüino.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/batch_dialog.py" line="0" />
      <source>Describe what should be there.</source>
      <translation>Describe qué debe haber.</translation>
    </message>
    <message>
      <location filename="../../studio/edit/inversions.py" line="0" />
      <source>Describe what the picture should show, in words like those of the caption.</source>
      <translation>Di qué debe mostrar la imagen, con palabras como las de la descripción.</translation>
    </message>
    <message>
      <location filename="../../studio/engine/validation.py" line="0" />
      <source>Describe what the picture should show.</source>
      <translation>Di qué debe mostrar la imagen.</translation>
    </message>
    <message>
      <location filename="../../studio/cli/demo.py" line="0" />
      <source>Detail</source>
      <translation>Detalle</translation>
    </message>
    <message>
      <location filename="../../studio/document/blend.py" line="0" />
      <source>Difference</source>
      <translation>Diferencia</translation>
    </message>
    <message>
      <location filename="../../studio/session/tray.py" line="0" />
      <source>Discard a result</source>
      <translation>Descartar un resultado</translation>
    </message>
    <message>
      <location filename="../../studio/session/training_plans.py" line="0" />
      <source>Discard it and teach the subject again.</source>
      <translation>Abandónalo y enseña el sujeto de nuevo.</translation>
    </message>
    <message>
      <location filename="../../studio/session/tray.py" line="0" />
      <source>Discard the results</source>
      <translation>Descartar los resultados</translation>
    </message>
    <message>
      <location filename="../../studio/document/blend.py" line="0" />
      <source>Dissolve</source>
      <translation>Disolver</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/flux.py" line="0" />
      <source>Distilled guidance</source>
      <translation>Guía destilada</translation>
    </message>
    <message>
      <location filename="../../studio/document/blend.py" line="0" />
      <source>Divide</source>
      <translation>Dividir</translation>
    </message>
    <message>
      <location filename="../../studio/engine/annotators/segmentation.py" line="0" />
      <source>Dividing the picture into regions</source>
      <translation>Dividiendo la imagen en regiones</translation>
    </message>
    <message>
      <location filename="../../studio/session/photo/subject.py" line="0" />
      <source>Do it again.</source>
      <translation>Hazlo otra vez.</translation>
    </message>
    <message>
      <location filename="../../studio/engine/annotators/detector_weights.py" line="0" />
      <source>Do not use it. Download the weights from {source}.</source>
      <translation>No lo uses. Descarga los pesos de {source}.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/detectors.py" line="0" />
      <source>Download it from {source} into a folder and choose that folder.</source>
      <translation>Descárgalo de {source} en una carpeta y elige esa carpeta.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/detectors.py" line="0" />
      <source>Download it from {source} into that folder, or choose another folder.</source>
      <translation>Descárgalo de {source} en esa carpeta, o elige otra carpeta.</translation>
    </message>
    <message>
      <location filename="../../studio/engine/annotators/detector_weights.py" line="0" />
      <source>Download the file again from {source}.</source>
      <translation>Vuelve a descargar el archivo de {source}.</translation>
    </message>
    <message>
      <location filename="../../studio/core/assets/download.py" line="0" />
      <location filename="../../studio/core/download/resumable.py" line="0" />
      <source>Downloading</source>
      <translation>Descargando</translation>
    </message>
    <message>
      <location filename="../../studio/tools/registry.py" line="0" />
      <source>Drag a rectangle; Shift adds, Alt subtracts.</source>
      <translation>Arrastra un rectángulo; Mayús añade, Alt resta.</translation>
    </message>
    <message>
      <location filename="../../studio/tools/registry.py" line="0" />
      <source>Drag from near to far on a depth layer; Shift keeps to 45 degrees.</source>
      <translation>Arrastra de cerca a lejos en una capa de profundidad; Mayús ajusta a 45 grados.</translation>
    </message>
    <message>
      <location filename="../../studio/tools/registry.py" line="0" />
      <source>Drag the active layer.</source>
      <translation>Arrastra la capa activa.</translation>
    </message>
    <message>
      <location filename="../../studio/tools/registry.py" line="0" />
      <source>Drag the joints of a figure; Shift turns a limb, Ctrl stretches it, Alt hides a joint.</source>
      <translation>Arrastra las articulaciones de una figura; Mayús gira una extremidad, Ctrl la estira, Alt oculta una articulación.</translation>
    </message>
    <message>
      <location filename="../../studio/tools/registry.py" line="0" />
      <source>Drag the view; hold Space with any tool.</source>
      <translation>Arrastra la vista; o mantén Espacio con cualquier herramienta.</translation>
    </message>
    <message>
      <location filename="../../studio/tools/brush.py" line="0" />
      <source>Drag their joints with the pose tool, or paint on another layer.</source>
      <translation>Arrastra sus articulaciones con la herramienta Pose, o pinta en otra capa.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/edit_commands.py" line="0" />
      <source>Draw a selection with one of its tools.</source>
      <translation>Dibuja una selección con una de sus herramientas.</translation>
    </message>
    <message>
      <location filename="../../studio/document/outlines.py" line="0" />
      <source>Draw an outline first.</source>
      <translation>Dibuja antes una línea alrededor del lugar.</translation>
    </message>
    <message>
      <location filename="../../studio/document/mask_edits.py" line="0" />
      <source>Draw an outline with the mask brush.</source>
      <translation>Dibuja una línea alrededor del lugar con el pincel de máscara.</translation>
    </message>
    <message>
      <location filename="../../studio/tools/registry.py" line="0" />
      <source>Draw around a place; Shift adds, Alt subtracts.</source>
      <translation>Dibuja alrededor de un lugar; Mayús añade, Alt resta.</translation>
    </message>
    <message>
      <location filename="../../studio/engine/annotators/lineart.py" line="0" />
      <source>Drawing lines</source>
      <translation>Dibujando líneas</translation>
    </message>
    <message>
      <location filename="../../studio/engine/annotators/depth.py" line="0" />
      <source>Drawing the ground</source>
      <translation>Dibujando el suelo</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/dream.py" line="0" />
      <source>Dream fits a picture to a description and does not follow instructions.</source>
      <translation>Dream ajusta una imagen a una descripción y no sigue instrucciones.</translation>
    </message>
    <message>
      <location filename="../../studio/engine/families/dream/family.py" line="0" />
      <source>Dream follows the prompt alone, so the CFG scale has no effect.</source>
      <translation>Dream sigue solo el prompt, así que la escala CFG no tiene efecto.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/dream.py" line="0" />
      <source>Dream has no network that paints, so there is nothing to change or to teach.</source>
      <translation>Dream no tiene ninguna red que pinte, así que no hay nada que cambiar ni que enseñar.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/prompt/reference_sources.py" line="0" />
      <location filename="../../studio/ui/training/photo_sources.py" line="0" />
      <source>Drop a picture file or a layer.</source>
      <translation>Suelta un archivo de imagen o una capa.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/layers/layer_commands.py" line="0" />
      <source>Duplicate layer</source>
      <translation>Duplicar capa</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/styles.py" line="0" />
      <source>Dusk</source>
      <translation>Crepúsculo</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/imagen.py" line="0" />
      <source>Dynamic threshold</source>
      <translation>Umbral dinámico</translation>
    </message>
    <message>
      <location filename="../../studio/cli/editing.py" line="0" />
      <location filename="../../studio/session/generations/taking.py" line="0" />
      <source>Edit by prompt</source>
      <translation>Edición por prompt</translation>
    </message>
    <message>
      <location filename="../../studio/edit/request.py" line="0" />
      <source>Edit by words</source>
      <translation>Editar con palabras</translation>
    </message>
    <message>
      <location filename="../../studio/engine/rewrite/job.py" line="0" />
      <source>Edit by words always samples with DDIM; the selected sampler is not used.</source>
      <translation>Una edición con palabras muestrea con DDIM, sea cual sea el muestreador elegido.</translation>
    </message>
    <message>
      <location filename="../../studio/engine/rewrite/job.py" line="0" />
      <source>Edit by words is deterministic, so only one variation was made.</source>
      <translation>En una edición con palabras nada se deja al azar, así que se hizo una.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/pipeline.py" line="0" />
      <source>Edit by words needs a Stable Diffusion model with one text encoder.</source>
      <translation>«Editar por palabras» necesita un modelo Stable Diffusion con un solo codificador de texto.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/stable_diffusion_xl.py" line="0" />
      <source>Edit by words needs a model with one text encoder.</source>
      <translation>Editar con palabras necesita un modelo con un solo codificador de texto.</translation>
    </message>
    <message>
      <location filename="../../studio/session/photo/enlarge.py" line="0" />
      <source>Edits of this picture are running or waiting; their results would not fit its new size.</source>
      <translation>Hay ediciones de esta imagen en marcha o en espera; sus resultados no encajarían en el tamaño nuevo.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/first_models.py" line="0" />
      <source>Edits that must not move the picture by a pixel.</source>
      <translation>Ediciones que no deben mover la imagen ni un píxel.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/photo_tools.py" line="0" />
      <location filename="../../studio/session/batch.py" line="0" />
      <source>Enlarge</source>
      <translation>Ampliar</translation>
    </message>
    <message>
      <location filename="../../studio/edit/enlarging.py" line="0" />
      <source>Enlarge it again.</source>
      <translation>Vuelve a ampliarla.</translation>
    </message>
    <message>
      <location filename="../../studio/edit/enlarging.py" line="0" />
      <source>Enlarging to this size needs {need} GB of memory, and {free} GB are free.</source>
      <translation>Ampliar a este tamaño necesita {need} GB de memoria y hay {free} GB libres.</translation>
    </message>
    <message>
      <location filename="../../studio/core/assets/table.py" line="0" />
      <source>Enlarging with detail, cleaning noise and JPEG blocks</source>
      <translation>Ampliar con detalle, limpiar ruido y bloques JPEG</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/settings.py" line="0" />
      <source>Enter some text.</source>
      <translation>Da un texto.</translation>
    </message>
    <message>
      <location filename="../../studio/tools/brush.py" line="0" />
      <source>Erase</source>
      <translation>Borrar</translation>
    </message>
    <message>
      <location filename="../../studio/tools/mask.py" line="0" />
      <source>Erase mask</source>
      <translation>Borrar máscara</translation>
    </message>
    <message>
      <location filename="../../studio/tools/registry.py" line="0" />
      <source>Erase on the active layer.</source>
      <translation>Borra en la capa activa.</translation>
    </message>
    <message>
      <location filename="../../studio/tools/registry.py" line="0" />
      <source>Eraser</source>
      <translation>Goma</translation>
    </message>
    <message>
      <location filename="../../studio/engine/training/train.py" line="0" />
      <source>Evaluating the training</source>
      <translation>Mirando lo que ha aprendido</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/metadata_choice.py" line="0" />
      <source>Everything</source>
      <translation>Todo</translation>
    </message>
    <message>
      <location filename="../../studio/document/blend.py" line="0" />
      <source>Exclusion</source>
      <translation>Exclusión</translation>
    </message>
    <message>
      <location filename="../../studio/session/sources.py" line="0" />
      <source>Export the pose again with a person in it.</source>
      <translation>Exporta otra vez la pose con una persona.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/steered.py" line="0" />
      <location filename="../../studio/catalog/judges.py" line="0" />
      <location filename="../../studio/control_maps/openpose.py" line="0" />
      <location filename="../../studio/engine/judges/loading.py" line="0" />
      <source>Export the pose again, as OpenPose JSON with 18 or 25 joints a person.</source>
      <translation>Exporta la pose otra vez, como JSON de OpenPose con 18 o 25 articulaciones por persona.</translation>
    </message>
    <message>
      <location filename="../../studio/document/adjustments/exposure.py" line="0" />
      <source>Exposure</source>
      <translation>Exposición</translation>
    </message>
    <message>
      <location filename="../../studio/edit/request.py" line="0" />
      <source>Extend</source>
      <translation>Ampliar</translation>
    </message>
    <message>
      <location filename="../../studio/tools/registry.py" line="0" />
      <source>Eyedropper</source>
      <translation>Cuentagotas</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/references.py" line="0" />
      <source>Face</source>
      <translation>Rostro</translation>
    </message>
    <message>
      <location filename="../../studio/engine/photo/networks.py" line="0" />
      <location filename="../../studio/retouch/subject_network.py" line="0" />
      <source>Fetch it again with: lienzo assets fetch</source>
      <translation>Obténla otra vez con: lienzo assets fetch</translation>
    </message>
    <message>
      <location filename="../../studio/core/assets/places.py" line="0" />
      <source>Fetch it in Preferences, Networks of the photo tools, or run: {command}</source>
      <translation>Descárgala en Preferencias, Redes de las herramientas para fotos, o ejecuta: {command}</translation>
    </message>
    <message>
      <location filename="../../studio/engine/photo/encode.py" line="0" />
      <location filename="../../studio/retouch/object_masks.py" line="0" />
      <source>Fetch them again: lienzo assets fetch mobile-sam</source>
      <translation>Descárguelos de nuevo: lienzo assets fetch mobile-sam</translation>
    </message>
    <message>
      <location filename="../../studio/document/adjustments/lut.py" line="0" />
      <source>File</source>
      <translation>Archivo</translation>
    </message>
    <message>
      <location filename="../../studio/edit/request.py" line="0" />
      <location filename="../../studio/ui/commands/edit_commands.py" line="0" />
      <source>Fill</source>
      <translation>Rellenar</translation>
    </message>
    <message>
      <location filename="../../studio/tools/control_fill.py" line="0" />
      <source>Fill region</source>
      <translation>Rellenar región</translation>
    </message>
    <message>
      <location filename="../../studio/tools/registry.py" line="0" />
      <source>Fill regions of the picture on a segmentation or depth layer; hold Alt to pick.</source>
      <translation>Rellena regiones de la imagen en una capa de segmentación o de profundidad; mantén Alt para tomar una muestra.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/layers/layer_commands.py" line="0" />
      <source>Fill the outline</source>
      <translation>Rellenar el contorno</translation>
    </message>
    <message>
      <location filename="../../studio/engine/photo/filling.py" line="0" />
      <location filename="../../studio/engine/photo/large.py" line="0" />
      <source>Filling</source>
      <translation>Rellenando</translation>
    </message>
    <message>
      <location filename="../../studio/engine/photo/lift.py" line="0" />
      <source>Filling the place behind</source>
      <translation>Rellenando el lugar de detrás</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/photo_tools.py" line="0" />
      <location filename="../../studio/session/photo/words.py" line="0" />
      <source>Find by words</source>
      <translation>Buscar con palabras</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/photo_tools.py" line="0" />
      <source>Find objects</source>
      <translation>Buscar objetos</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/photo_tools.py" line="0" />
      <source>Find the subject</source>
      <translation>Buscar el motivo</translation>
    </message>
    <message>
      <location filename="../../studio/engine/annotators/canny.py" line="0" />
      <location filename="../../studio/engine/annotators/soft_edges.py" line="0" />
      <source>Finding edges</source>
      <translation>Buscando bordes</translation>
    </message>
    <message>
      <location filename="../../studio/core/assets/table.py" line="0" />
      <source>Finding out whether people are in a photo</source>
      <translation>Saber si hay personas en una foto</translation>
    </message>
    <message>
      <location filename="../../studio/engine/annotators/pose.py" line="0" />
      <source>Finding people</source>
      <translation>Buscando personas</translation>
    </message>
    <message>
      <location filename="../../studio/engine/annotators/straight_lines.py" line="0" />
      <source>Finding straight lines</source>
      <translation>Buscando líneas rectas</translation>
    </message>
    <message>
      <location filename="../../studio/engine/photo/encode.py" line="0" />
      <source>Finding the objects of the picture</source>
      <translation>Buscando los objetos de la imagen</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/styles.py" line="0" />
      <source>Fine</source>
      <translation>Finos</translation>
    </message>
    <message>
      <location filename="../../studio/engine/latent_diffusion/painting.py" line="0" />
      <location filename="../../studio/engine/pipelines/running.py" line="0" />
      <location filename="../../studio/engine/rewrite/rewrite.py" line="0" />
      <source>Finishing the picture</source>
      <translation>Terminando la imagen</translation>
    </message>
    <message>
      <location filename="../../studio/ui/prompt/region_sources.py" line="0" />
      <source>First select or paint the area for the prompt.</source>
      <translation>Selecciona o pinta antes el lugar al que se refieren las palabras.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/prompt/reference_sources.py" line="0" />
      <source>First select the area in which the reference should act.</source>
      <translation>Selecciona antes el lugar donde debe contar la referencia.</translation>
    </message>
    <message>
      <location filename="../../studio/session/batch.py" line="0" />
      <location filename="../../studio/ui/layers/layer_commands.py" line="0" />
      <source>Flatten</source>
      <translation>Acoplar</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/flux.py" line="0" />
      <source>Flux Fill and Kontext follow no control images. Choose Flux dev.</source>
      <translation>Flux Fill y Kontext no siguen imágenes de control. Elige Flux dev.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/flux.py" line="0" />
      <source>Flux Fill only fills a mask. Choose Flux dev or schnell for this.</source>
      <translation>Flux Fill solo rellena una máscara. Elija Flux dev o schnell para esto.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/flux.py" line="0" />
      <source>Flux Fill takes no negative prompt.</source>
      <translation>Flux Fill no admite prompt negativo.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/recognise/parts.py" line="0" />
      <source>Flux VAE</source>
      <translation>VAE de Flux</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/flux.py" line="0" />
      <source>Flux schnell has no guidance: it always follows the prompt the same.</source>
      <translation>Flux schnell no tiene guía: siempre sigue el prompt de la misma manera.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/spec.py" line="0" />
      <source>Flux.1 Kontext, Flux.2, Qwen-Image-Edit and InstructPix2Pix follow instructions; this model does not.</source>
      <translation>Flux.1 Kontext, Flux.2, Qwen-Image-Edit e InstructPix2Pix siguen instrucciones; este modelo no.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/flux.py" line="0" />
      <source>Flux.1 dev and schnell make variations with the folder FLUX.1-Redux-dev beside theirs.</source>
      <translation>Flux.1 dev y schnell hacen variaciones con la carpeta FLUX.1-Redux-dev junto a la suya.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/recognise/parts.py" line="0" />
      <source>Flux.2 VAE</source>
      <translation>VAE de Flux.2</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/flux_2.py" line="0" />
      <source>Flux.2 dev fills no masks. Use Instruct with a mask.</source>
      <translation>Flux.2 dev no rellena máscaras. Usa Indicar con una máscara.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/flux_2.py" line="0" />
      <source>Flux.2 takes no negative prompt.</source>
      <translation>Flux.2 no admite prompt negativo.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/photo_tools.py" line="0" />
      <source>Folder of a CLIP</source>
      <translation>Carpeta de un CLIP</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/settings.py" line="0" />
      <source>Follow the prompt</source>
      <translation>Seguir el prompt</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/prior.py" line="0" />
      <source>For Vary with a prompt: how far the picture is moved towards the change of words. At 0 it stays, at 1 only the words count.</source>
      <translation>Para Variar con una descripción: hasta dónde se mueve la imagen hacia el cambio de palabras. En 0 se queda, en 1 solo cuentan las palabras.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/prior.py" line="0" />
      <source>For Vary with a prompt: the picture is moved from these words to the prompt, such as from “a yellow car” to “a red car”. Empty: from nothing in particular.</source>
      <translation>Para Variar con una descripción: la imagen se mueve de estas palabras a la descripción, por ejemplo de «un coche amarillo» a «un coche rojo». Vacío: de nada en particular.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/small_unclip.py" line="0" />
      <source>For Vary: 0 draws the idea of the picture anew from noise, 1 begins with the noise from which this very picture would come (DDIM inversion).</source>
      <translation>Para Variar: 0 dibuja de nuevo la idea de la imagen a partir de ruido, 1 empieza con el ruido del que saldría esta misma imagen (inversión DDIM).</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/detectors.py" line="0" />
      <source>For research only.</source>
      <translation>Solo para investigación.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/transformer_controls.py" line="0" />
      <source>For this kind of model name a folder with a ControlNet in diffusers layout (config.json beside the weights), or switch the control off.</source>
      <translation>Para este tipo de modelo indica una carpeta con un ControlNet en formato diffusers (config.json junto a los pesos), o desactiva el control.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/pack_install.py" line="0" />
      <source>Free some space and install it again. Nothing was installed.</source>
      <translation>Libere espacio y vuelva a instalarlo. No se ha instalado nada.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/pack_install.py" line="0" />
      <source>Free some space and install it again; it continues.</source>
      <translation>Libere espacio y vuelva a instalarlo; continuará.</translation>
    </message>
    <message>
      <location filename="../../studio/core/download/resumable.py" line="0" />
      <source>Free some space and try again; what has been downloaded is kept.</source>
      <translation>Libere espacio y vuelva a intentarlo; lo descargado se conserva.</translation>
    </message>
    <message>
      <location filename="../../studio/core/atomic.py" line="0" />
      <source>Free some space or save to another disk; the file on disk has not changed.</source>
      <translation>Libera espacio o guarda en otro disco; el archivo del disco sigue como estaba.</translation>
    </message>
    <message>
      <location filename="../../studio/session/training_plans.py" line="0" />
      <source>Free some space, or give yourself the right to write there.</source>
      <translation>Libera espacio o date permiso para escribir ahí.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/stable_unclip.py" line="0" />
      <source>Freedom from the photo</source>
      <translation>Libertad respecto a la foto</translation>
    </message>
    <message>
      <location filename="../../studio/document/adjustments/threshold.py" line="0" />
      <source>From</source>
      <translation>Desde</translation>
    </message>
    <message>
      <location filename="../../studio/session/photos.py" line="0" />
      <source>From a folder, only flat pictures are added: {known}. Add files with layers one by one.</source>
      <translation>Una carpeta aporta sus imágenes sin capas: {known}. Añade uno a uno los archivos con capas.</translation>
    </message>
    <message>
      <location filename="../../studio/edit/training_defaults.py" line="0" />
      <source>Full DreamBooth trains the UNet; the text encoder stays as it is here.</source>
      <translation>DreamBooth completo entrena la UNet; aquí el codificador de texto se queda como está.</translation>
    </message>
    <message>
      <location filename="../../studio/document/new_document.py" line="0" />
      <source>Full HD screen</source>
      <translation>Pantalla Full HD</translation>
    </message>
    <message>
      <location filename="../../studio/document/adjustments/exposure.py" line="0" />
      <source>Gamma</source>
      <translation>Gamma</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/recognise/parts.py" line="0" />
      <source>Gemma 2 text encoder (2B)</source>
      <translation>codificador de texto Gemma 2 (2B)</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/recognise/parts.py" line="0" />
      <source>Gemma 3 text encoder (12B)</source>
      <translation>codificador de texto Gemma 3 (12B)</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/recognise/parts.py" line="0" />
      <source>Gemma 3 text encoder (4B)</source>
      <translation>codificador de texto Gemma 3 (4B)</translation>
    </message>
    <message>
      <location filename="../../studio/session/landing.py" line="0" />
      <source>Generate it again.</source>
      <translation>Hazlo otra vez.</translation>
    </message>
    <message>
      <location filename="../../studio/session/photo/words.py" line="0" />
      <source>Generate some first.</source>
      <translation>Genera alguno primero.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/recognise/rows/image_embeddings.py" line="0" />
      <source>Get Kandinsky 2.2, which replaced it.</source>
      <translation>Consigue Kandinsky 2.2, que lo sustituyó.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/recognise/gguf_header.py" line="0" />
      <source>Get a newer conversion of the model.</source>
      <translation>Consigue una conversión más reciente del modelo.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/references.py" line="0" />
      <source>Get ip-adapter-plus-face_sd15.safetensors and the folder image_encoder from {source}, put both into one folder and choose it, or choose another mode.</source>
      <translation>Consigue ip-adapter-plus-face_sd15.safetensors y la carpeta image_encoder en {source}, ponlos en una misma carpeta y elígela, o elige otro modo.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/recognise/pickle_header.py" line="0" />
      <source>Get it again from where you got it, as safetensors if there is a choice.</source>
      <translation>Vuelve a conseguirlo donde lo obtuviste, en safetensors si puedes elegir.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/recognise/gguf_header.py" line="0" />
      <location filename="../../studio/catalog/recognise/opening.py" line="0" />
      <source>Get it again from where you got it.</source>
      <translation>Vuelve a conseguirlo donde lo obtuviste.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/single/model_file.py" line="0" />
      <source>Get it in another precision, such as fp16 or fp8.</source>
      <translation>Consígalo en otra precisión, como fp16 o fp8.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/recognise/files.py" line="0" />
      <source>Get it in another precision, such as fp8 or GGUF.</source>
      <translation>Consíguelo en otra precisión, como fp8 o GGUF.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/first_fetch.py" line="0" />
      <source>Get it yourself, then add both by Add a model.</source>
      <translation>Consígalo usted y añada ambos con Añadir un modelo.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/recognise/rows/control.py" line="0" />
      <source>Get the complete ControlNet of that kind.</source>
      <translation>Consigue el ControlNet completo de ese tipo.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/recognise/rows/control.py" line="0" />
      <source>Get the complete version of it.</source>
      <translation>Consigue su versión completa.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/recognise/safetensors_header.py" line="0" />
      <source>Get the model in another precision, such as fp16, bf16 or fp8.</source>
      <translation>Consigue el modelo en otra precisión, como fp16, bf16 o fp8.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/recognise/opening.py" line="0" />
      <source>Get the safetensors or GGUF version of the model.</source>
      <translation>Consigue la versión safetensors o GGUF del modelo.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/controls.py" line="0" />
      <location filename="../../studio/engine/adapters/weights_file.py" line="0" />
      <source>Get the safetensors version of it.</source>
      <translation>Consigue su versión safetensors.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/recognise/model_folder.py" line="0" />
      <location filename="../../studio/catalog/single/model_file.py" line="0" />
      <source>Get the safetensors version of the model.</source>
      <translation>Consigue la versión safetensors del modelo.</translation>
    </message>
    <message>
      <location filename="../../studio/cli/files.py" line="0" />
      <source>Give --background white, or save as .ora, .psd, .png or .webp.</source>
      <translation>Da --background white, o guarda como .ora, .psd, .png o .webp.</translation>
    </message>
    <message>
      <location filename="../../studio/cli/clean.py" line="0" />
      <source>Give --noise or --jpeg, 1 to 100.</source>
      <translation>Da --noise o --jpeg, de 1 a 100.</translation>
    </message>
    <message>
      <location filename="../../studio/cli/select.py" line="0" />
      <source>Give --point X,Y on the thing, or --box X,Y,W,H around it.</source>
      <translation>Indique --point X,Y sobre el objeto, o --box X,Y,ANCHO,ALTO a su alrededor.</translation>
    </message>
    <message>
      <location filename="../../studio/cli/enlarge.py" line="0" />
      <source>Give a number above 0, such as 2 or 0.5.</source>
      <translation>Da un número mayor que 0, como 2 o 0.5.</translation>
    </message>
    <message>
      <location filename="../../studio/edit/inversions.py" line="0" />
      <source>Give a number between -{most} and {most}.</source>
      <translation>Da un número entre -{most} y {most}.</translation>
    </message>
    <message>
      <location filename="../../studio/edit/inversions.py" line="0" />
      <source>Give a number between 0 and {most}.</source>
      <translation>Da un número entre 0 y {most}.</translation>
    </message>
    <message>
      <location filename="../../studio/session/sources.py" line="0" />
      <source>Give a number from -2 to 2, such as 0.8.</source>
      <translation>Da un número de -2 a 2, como 0.8.</translation>
    </message>
    <message>
      <location filename="../../studio/session/sources.py" line="0" />
      <source>Give a number from 0 to 2, such as 0.8.</source>
      <translation>Da un número de 0 a 2, como 0.8.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/settings.py" line="0" />
      <location filename="../../studio/core/limits.py" line="0" />
      <source>Give a number from {least} to {most}.</source>
      <translation>Indica un número de {least} a {most}.</translation>
    </message>
    <message>
      <location filename="../../studio/engine/validation.py" line="0" />
      <source>Give a number, such as 0.8.</source>
      <translation>Da un número, como 0.8.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/subjects.py" line="0" />
      <source>Give it a unique name, such as luna.</source>
      <translation>Dale un nombre propio, como luna.</translation>
    </message>
    <message>
      <location filename="../../studio/engine/adapters/added_tokens.py" line="0" />
      <source>Give it another one, such as &lt;luna&gt;.</source>
      <translation>Dale otra, como &lt;luna&gt;.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/training/naming_form.py" line="0" />
      <source>Give it one, such as luna.</source>
      <translation>Dale uno, como luna.</translation>
    </message>
    <message>
      <location filename="../../studio/session/generations/run.py" line="0" />
      <source>Give one from 0 on, so that all systems get the same.</source>
      <translation>Indica una de 0 en adelante, para que todos los sistemas tengan la misma.</translation>
    </message>
    <message>
      <location filename="../../studio/engine/adapters/added_tokens.py" line="0" />
      <location filename="../../studio/engine/adapters/lora.py" line="0" />
      <location filename="../../studio/engine/adapters/textual_inversion.py" line="0" />
      <source>Give one of them another name.</source>
      <translation>Dale otra palabra a uno de ellos.</translation>
    </message>
    <message>
      <location filename="../../studio/cli/adjust.py" line="0" />
      <source>Give one such as --levels gamma=1.2.</source>
      <translation>Indique uno, por ejemplo --levels gamma=1.2.</translation>
    </message>
    <message>
      <location filename="../../studio/document/new_document.py" line="0" />
      <source>Give pixels as 1920x1080, paper as 210x297mm, or one of: {names}.</source>
      <translation>Da los píxeles como 1920x1080, el papel como 210x297mm, o uno de estos: {names}.</translation>
    </message>
    <message>
      <location filename="../../studio/document/new_document.py" line="0" />
      <source>Give white, black, transparent, or a colour such as #3366cc.</source>
      <translation>Da white, black, transparent o un color como #3366cc.</translation>
    </message>
    <message>
      <location filename="../../studio/core/assets/install.py" line="0" />
      <source>Give yourself the right to write there, or name another folder in {variable}.</source>
      <translation>Obtenga permiso para escribir ahí o indique otra carpeta en {variable}.</translation>
    </message>
    <message>
      <location filename="../../studio/document/adjustments/gradient_map.py" line="0" />
      <source>Gradient</source>
      <translation>Degradado</translation>
    </message>
    <message>
      <location filename="../../studio/document/adjustments/gradient_map.py" line="0" />
      <source>Gradient map</source>
      <translation>Mapa de degradado</translation>
    </message>
    <message>
      <location filename="../../studio/document/adjustments/curves.py" line="0" />
      <source>Green</source>
      <translation>Verde</translation>
    </message>
    <message>
      <location filename="../../studio/document/adjustments/table.py" line="0" />
      <source>Greens</source>
      <translation>Verdes</translation>
    </message>
    <message>
      <location filename="../../studio/document/adjustments/levels.py" line="0" />
      <source>Grey</source>
      <translation>Gris</translation>
    </message>
    <message>
      <location filename="../../studio/document/kinds.py" line="0" />
      <source>Group</source>
      <translation>Grupo</translation>
    </message>
    <message>
      <location filename="../../studio/ui/layers/layer_commands.py" line="0" />
      <source>Group layers</source>
      <translation>Agrupar capas</translation>
    </message>
    <message>
      <location filename="../../studio/engine/annotators/segmentation.py" line="0" />
      <source>Grouping regions by colour</source>
      <translation>Agrupando regiones por color</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/guidance.py" line="0" />
      <source>Guidance</source>
      <translation>Guía</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/guidance.py" line="0" />
      <source>Guidance cannot end ({end}) before it starts ({start}).</source>
      <translation>La guía no puede acabar ({end}) antes de empezar ({start}).</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/guidance.py" line="0" />
      <source>Guidance end</source>
      <translation>Fin de la guía</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/prior.py" line="0" />
      <source>Guidance of the prior</source>
      <translation>Guía del prior</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/guidance.py" line="0" />
      <source>Guidance rescale</source>
      <translation>Reescalado de la guía</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/guidance.py" line="0" />
      <source>Guidance start</source>
      <translation>Inicio de la guía</translation>
    </message>
    <message>
      <location filename="../../studio/document/new_document.py" line="0" />
      <source>HD screen</source>
      <translation>Pantalla HD</translation>
    </message>
    <message>
      <location filename="../../studio/core/assets/table.py" line="0" />
      <source>Hair and soft edges of people</source>
      <translation>Pelo y bordes suaves de personas</translation>
    </message>
    <message>
      <location filename="../../studio/tools/registry.py" line="0" />
      <source>Hand</source>
      <translation>Mano</translation>
    </message>
    <message>
      <location filename="../../studio/document/blend.py" line="0" />
      <source>Hard light</source>
      <translation>Luz fuerte</translation>
    </message>
    <message>
      <location filename="../../studio/document/blend.py" line="0" />
      <source>Hard mix</source>
      <translation>Mezcla definida</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/photo_tools.py" line="0" />
      <location filename="../../studio/core/limits.py" line="0" />
      <location filename="../../studio/session/batch.py" line="0" />
      <source>Height</source>
      <translation>Altura</translation>
    </message>
    <message>
      <location filename="../../studio/tools/pose.py" line="0" />
      <location filename="../../studio/tools/pose_actions.py" line="0" />
      <source>Hide joint</source>
      <translation>Ocultar articulación</translation>
    </message>
    <message>
      <location filename="../../studio/ui/layers/layer_commands.py" line="0" />
      <source>Hide layer</source>
      <translation>Ocultar capa</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/prior.py" line="0" />
      <source>How closely the idea of the picture follows the prompt. Lower values vary more.</source>
      <translation>Cuánto se ajusta al prompt la idea de la imagen. Los valores bajos varían más.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/small_flux.py" line="0" />
      <source>How closely the picture follows the prompt, as an input of the network, which costs no time. The CFG scale does it with a second call in each step.</source>
      <translation>Cuánto sigue la imagen a la descripción, como entrada de la red, sin coste de tiempo. La escala CFG lo consigue con una segunda llamada en cada paso.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/flux.py" line="0" />
      <source>How closely the picture follows the prompt, as the model learned it from a larger one; it costs no time. 2 to 4 suit most pictures, 30 suits Flux Fill.</source>
      <translation>Con cuánta fidelidad sigue la imagen al prompt, tal como el modelo lo aprendió de uno mayor; no cuesta tiempo. De 2 a 4 para la mayoría de las imágenes, 30 para Flux Fill.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/dream.py" line="0" />
      <source>How far each step goes; high values are bold and restless.</source>
      <translation>Cuánto avanza cada paso; los valores altos son atrevidos e inquietos.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/dall_e.py" line="0" />
      <source>How freely each token is chosen: low values repeat the likeliest picture, high ones fall apart.</source>
      <translation>Con cuánta libertad se elige cada token: los valores bajos repiten la imagen más probable, los altos se deshacen.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/amused.py" line="0" />
      <source>How freely the first steps choose; it falls to 0 at the last one. Low values repeat themselves, high ones fall apart.</source>
      <translation>Con cuánta libertad eligen los primeros pasos; baja a 0 en el último. Los valores bajos se repiten, los altos se deshacen.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/styles.py" line="0" />
      <source>How large the strokes are; fine ones take longest on a large photo</source>
      <translation>Lo grandes que son los trazos; los finos tardan más en una foto grande</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/photo_tools.py" line="0" />
      <source>How likely each place is</source>
      <translation>Lo probable que es cada sitio</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/settings.py" line="0" />
      <source>How many pictures are made at a time</source>
      <translation>Cuántas imágenes se hacen de una vez</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/dream.py" line="0" />
      <source>How many pieces of the picture CLIP looks at in each step.</source>
      <translation>Cuántos trozos de la imagen mira CLIP en cada paso.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/settings.py" line="0" />
      <location filename="../../studio/session/batch.py" line="0" />
      <source>How much may change</source>
      <translation>Cuánto puede cambiar</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/dream.py" line="0" />
      <source>How much neighbouring pixels are drawn together (total variation).</source>
      <translation>Cuánto se acercan entre sí los píxeles vecinos (variación total).</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/photo_tools.py" line="0" />
      <source>How much of the blocks and rings of a JPEG file is removed</source>
      <translation>Cuánto se quita de los bloques y halos de un archivo JPEG</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/photo_tools.py" line="0" />
      <source>How much of the noise is removed; coloured noise goes first</source>
      <translation>Cuánto ruido se quita; el ruido de color se va primero</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/styles.py" line="0" />
      <source>How much of the painted picture is mixed with the photo</source>
      <translation>Cuánto de la imagen pintada se mezcla con la foto</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/guidance.py" line="0" />
      <source>How much of the steps before counts in adaptive projected guidance; below 0 they are led away from.</source>
      <translation>Cuánto cuentan los pasos anteriores en la guía proyectada adaptativa; por debajo de 0, se aleja de ellos.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/guidance.py" line="0" />
      <source>How much perturbed attention or skip-layer guidance counts.</source>
      <translation>Cuánto cuenta la guía por atención perturbada o por omisión de capas.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/guidance.py" line="0" />
      <source>How much stays of the part of adaptive projected guidance that saturates colours.</source>
      <translation>Cuánto queda de la parte de la guía proyectada adaptativa que satura los colores.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/guidance.py" line="0" />
      <source>How the picture is led to the prompt. Adaptive projected: less glaring colours at a high CFG scale. Perturbed attention and skip-layer: firmer shapes, for half as much time again.</source>
      <translation>Cómo se lleva la imagen hacia el prompt. Proyectada adaptativa: colores menos chillones con una escala CFG alta. Atención perturbada y omisión de capas: formas más firmes, por la mitad más de tiempo.</translation>
    </message>
    <message>
      <location filename="../../studio/document/adjustments/hue.py" line="0" />
      <location filename="../../studio/document/blend.py" line="0" />
      <source>Hue</source>
      <translation>Tono</translation>
    </message>
    <message>
      <location filename="../../studio/document/adjustments/hue.py" line="0" />
      <source>Hue and saturation</source>
      <translation>Tono y saturación</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/fit.py" line="0" />
      <source>IP-Adapter</source>
      <translation>IP-Adapter</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/small_unclip.py" line="0" />
      <source>Ideas to choose from</source>
      <translation>Ideas entre las que elegir</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/single/model_file.py" line="0" />
      <source>If the guide lists its family, get the model as a folder in diffusers layout.</source>
      <translation>Si la guía menciona su familia, consiga el modelo como carpeta en el formato de diffusers.</translation>
    </message>
    <message>
      <location filename="../../studio/session/batch.py" line="0" />
      <source>Ignored if a width or a height is given</source>
      <translation>No cuenta si se da una anchura o una altura</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/unet.py" line="0" />
      <source>Image guidance scale: how closely InstructPix2Pix keeps to the photo; above 2 little changes.</source>
      <translation>Escala de guía por la imagen: cuánto se ciñe InstructPix2Pix a la foto; por encima de 2 cambia poco.</translation>
    </message>
    <message>
      <location filename="../../studio/cli/enlarge.py" line="0" />
      <location filename="../../studio/session/photo/enlarge.py" line="0" />
      <source>Image size</source>
      <translation>Tamaño de la imagen</translation>
    </message>
    <message>
      <location filename="../../studio/tools/pose_actions.py" line="0" />
      <source>Import poses</source>
      <translation>Importar poses</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/imagen.py" line="0" />
      <source>In each step, colours beyond black and white are scaled back by this percentile of the picture, so that a high “Follow the prompt” does not burn them out; a white ground gets grey by it. 0 cuts them off.</source>
      <translation>En cada paso, los colores más allá del negro y del blanco se reducen según este percentil de la imagen, para que un valor alto de «Seguir el texto» no los queme; un fondo blanco se vuelve gris. 0 los recorta.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/styles.py" line="0" />
      <source>Ink wash</source>
      <translation>Aguada de tinta</translation>
    </message>
    <message>
      <location filename="../../studio/core/assets/download.py" line="0" />
      <source>Install Lienzo again, or fetch the packages elsewhere and run: lienzo assets fetch --from FOLDER</source>
      <translation>Instala Lienzo de nuevo, o descarga los paquetes en otro equipo y ejecuta: lienzo assets fetch --from CARPETA</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/judges.py" line="0" />
      <source>Install Lienzo again, which brings the file back.</source>
      <translation>Instala Lienzo de nuevo, lo que devuelve el archivo.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/widgets/icons.py" line="0" />
      <source>Install Lienzo again.</source>
      <translation>Vuelve a instalar Lienzo.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/integrity.py" line="0" />
      <source>Install Lienzo again: unpack the download once more, or with a network run: pip install --force-reinstall --no-deps lienzo</source>
      <translation>Instala Lienzo de nuevo: descomprime otra vez la descarga o, con red, ejecuta: pip install --force-reinstall --no-deps lienzo</translation>
    </message>
    <message>
      <location filename="../../studio/session/photo/words.py" line="0" />
      <source>Install Lienzo again; its file is part of the program.</source>
      <translation>Vuelve a instalar Lienzo; su archivo es parte del programa.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/pack_install.py" line="0" />
      <source>Installing the pack</source>
      <translation>Instalando el paquete</translation>
    </message>
    <message>
      <location filename="../../studio/edit/request.py" line="0" />
      <source>Instruct</source>
      <translation>Indicar</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/unet.py" line="0" />
      <source>InstructPix2Pix has a guidance of its own, by prompt and photo.</source>
      <translation>InstructPix2Pix tiene una guía propia, por el prompt y la foto.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/unet.py" line="0" />
      <source>InstructPix2Pix learns no subjects, since it always needs a photo beside the prompt.</source>
      <translation>InstructPix2Pix no aprende motivos, porque siempre necesita una foto junto al prompt.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/unet.py" line="0" />
      <source>InstructPix2Pix only changes a picture by an instruction. Choose Instruct for this.</source>
      <translation>InstructPix2Pix solo cambia una imagen según una instrucción. Elige Indicar para eso.</translation>
    </message>
    <message>
      <location filename="../../studio/document/io/ora_read.py" line="0" />
      <source>Inversions of {name} are damaged or too large and were left out; the next Edit by words makes them again.</source>
      <translation>Hay inversiones de {name} dañadas o demasiado grandes que se omitieron; se harán de nuevo con la próxima edición con palabras.</translation>
    </message>
    <message>
      <location filename="../../studio/document/adjustments/invert.py" line="0" />
      <source>Invert</source>
      <translation>Invertir</translation>
    </message>
    <message>
      <location filename="../../studio/ui/layers/layer_commands.py" line="0" />
      <source>Invert layer mask</source>
      <translation>Invertir máscara de capa</translation>
    </message>
    <message>
      <location filename="../../studio/ui/layers/layer_commands.py" line="0" />
      <source>Invert mask</source>
      <translation>Invertir máscara</translation>
    </message>
    <message>
      <location filename="../../studio/ui/layers/layer_commands.py" line="0" />
      <source>Invert selection</source>
      <translation>Invertir selección</translation>
    </message>
    <message>
      <location filename="../../studio/engine/rewrite/rewrite.py" line="0" />
      <source>Inverting the picture</source>
      <translation>Invirtiendo la imagen</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/first_fetch.py" line="0" />
      <location filename="../../studio/core/download/http_get.py" line="0" />
      <source>It begins with https:// and the name of a host.</source>
      <translation>Empieza por https:// y el nombre de un servidor.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/recognise/remember.py" line="0" />
      <source>It can be one of: {names}.</source>
      <translation>Puede ser uno de estos: {names}.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/first_models.py" line="0" />
      <source>It does nothing without a model.</source>
      <translation>No hace nada sin un modelo.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/stable_diffusion.py" line="0" />
      <source>It has a small VAE of its own, which no other can replace.</source>
      <translation>Tiene un VAE pequeño propio, que ningún otro puede sustituir.</translation>
    </message>
    <message>
      <location filename="../../studio/session/batch.py" line="0" />
      <source>It has to be a list of steps, for example [{{"tool": "enlarge", "scale": 2}}].</source>
      <translation>Tiene que ser una lista de pasos, por ejemplo [{{"tool": "enlarge", "scale": 2}}].</translation>
    </message>
    <message>
      <location filename="../../studio/session/batch.py" line="0" />
      <source>It has: {names}.</source>
      <translation>Tiene: {names}.</translation>
    </message>
    <message>
      <location filename="../../studio/photos/photos.py" line="0" />
      <source>It is a little blurred.</source>
      <translation>Está un poco borrosa.</translation>
    </message>
    <message>
      <location filename="../../studio/photos/photos.py" line="0" />
      <source>It is blurred.</source>
      <translation>Está borrosa.</translation>
    </message>
    <message>
      <location filename="../../studio/photos/photos.py" line="0" />
      <source>It is nearly the same as photo {number}.</source>
      <translation>Es casi igual que la foto {number}.</translation>
    </message>
    <message>
      <location filename="../../studio/photos/photos.py" line="0" />
      <source>It is overexposed: {percent} % of the subject has no detail left.</source>
      <translation>Está sobreexpuesta: el {percent} % del motivo ya no tiene detalle.</translation>
    </message>
    <message>
      <location filename="../../studio/photos/photos.py" line="0" />
      <source>It is too dark.</source>
      <translation>Está demasiado oscura para mostrar mucho.</translation>
    </message>
    <message>
      <location filename="../../studio/photos/photos.py" line="0" />
      <source>It is too small: {width} x {height} pixels; the model trains at {side}.</source>
      <translation>Es demasiado pequeña: {width} x {height} píxeles, y el modelo aprende a {side}.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/transformer_controls.py" line="0" />
      <source>It knows these: {kinds}. Choose one of them, or another ControlNet.</source>
      <translation>Conoce estos: {kinds}. Elige uno de ellos u otro ControlNet.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/controls.py" line="0" />
      <source>It knows: {kinds}. Choose one of these, or another ControlNet.</source>
      <translation>Conoce: {kinds}. Elige uno de estos, u otro ControlNet.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/one_step.py" line="0" />
      <source>It makes a whole picture in one step and cannot see the rest of a photo; the other small models fill.</source>
      <translation>Hace una imagen entera en un paso y no puede ver el resto de una foto; los otros modelos pequeños rellenan.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/packs.py" line="0" />
      <location filename="../../studio/catalog/recognise/opening.py" line="0" />
      <location filename="../../studio/cli/identify.py" line="0" />
      <source>It may have been moved or deleted.</source>
      <translation>Quizá se movió o se borró.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/karlo.py" line="0" />
      <source>It needs the folder karlo-v1-alpha-image-variations beside it for that.</source>
      <translation>Para eso necesita al lado la carpeta karlo-v1-alpha-image-variations.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/karlo.py" line="0" />
      <source>It needs the folder karlo-v1-alpha-image-variations beside it to see pictures.</source>
      <translation>Necesita al lado la carpeta karlo-v1-alpha-image-variations para ver imágenes.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/stable_diffusion.py" line="0" />
      <source>It only fills masks, so it cannot edit a picture by its words.</source>
      <translation>Solo rellena máscaras, así que no puede editar una imagen por sus palabras.</translation>
    </message>
    <message>
      <location filename="../../studio/document/io/formats.py" line="0" />
      <source>It opens {known}.</source>
      <translation>Abre {known}.</translation>
    </message>
    <message>
      <location filename="../../studio/photos/photos.py" line="0" />
      <source>It seems to show something other than the other photos.</source>
      <translation>Parece mostrar otra cosa que las demás fotos.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/lora_files.py" line="0" />
      <source>It was made for another base model; choose that one, or another LoRA.</source>
      <translation>Se hizo para otro modelo base; elige ese, u otra LoRA.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/recognise/safetensors_header.py" line="0" />
      <source>It was not downloaded or copied completely. Get it again from where you got it.</source>
      <translation>No se descargó o no se copió entero. Vuelve a conseguirlo donde lo obtuviste.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/recognise/pickle_header.py" line="0" />
      <source>It was not opened. Get the safetensors version of it.</source>
      <translation>No se abrió. Consigue su versión safetensors.</translation>
    </message>
    <message>
      <location filename="../../studio/core/download/resumable.py" line="0" />
      <source>It was set aside as {bad} and is not used. Try again, or from another mirror.</source>
      <translation>Se ha apartado como {bad} y no se usa. Vuelva a intentarlo o use otro servidor espejo.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/small_unclip.py" line="0" />
      <source>Its image embedding leads this decoder. Steer the starter model instead.</source>
      <translation>A este decodificador lo guía su representación de imagen. Guía en su lugar el modelo inicial.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/stable_unclip.py" line="0" />
      <source>Its prior is missing: put the folder karlo-v1-alpha beside it, or use Vary.</source>
      <translation>Falta su prior: pon al lado la carpeta karlo-v1-alpha, o usa Variar.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/photo_tools.py" line="0" />
      <source>JPEG blocks</source>
      <translation>Bloques JPEG</translation>
    </message>
    <message>
      <location filename="../../studio/cli/cutout.py" line="0" />
      <source>JPEG has no transparency, so the background cannot be left out.</source>
      <translation>JPEG no tiene transparencia, así que no se puede omitir el fondo.</translation>
    </message>
    <message>
      <location filename="../../studio/cli/files.py" line="0" />
      <source>JPEG has no transparency.</source>
      <translation>Una imagen JPEG no tiene transparencia.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/steering.py" line="0" />
      <source>Judge of noisy latents</source>
      <translation>Juez de latentes con ruido</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/steering.py" line="0" />
      <source>Judge of the predicted picture</source>
      <translation>Juez de la imagen prevista</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/spec.py" line="0" />
      <source>Kandinsky 2.2, Karlo, Stable unCLIP, the small unCLIP and Flux.1 dev with Redux make variations; this model does not.</source>
      <translation>Kandinsky 2.2, Karlo, Stable unCLIP, el unCLIP pequeño y Flux.1 dev con Redux hacen variaciones; este modelo no.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/karlo.py" line="0" />
      <source>Karlo makes pictures and variations of them, nothing else.</source>
      <translation>Karlo hace imágenes y variaciones de ellas, nada más.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/karlo.py" line="0" />
      <source>Karlo takes no negative prompt.</source>
      <translation>Karlo no admite prompt negativo.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/flux.py" line="0" />
      <source>Keep it beside the folder of Flux.1 dev or schnell, and choose that one.</source>
      <translation>Déjalo junto a la carpeta de Flux.1 dev o schnell y elige esa.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/small_unclip.py" line="0" />
      <source>Keep its drawing</source>
      <translation>Conservar su dibujo</translation>
    </message>
    <message>
      <location filename="../../studio/document/adjustments/balance.py" line="0" />
      <location filename="../../studio/document/adjustments/photo_filter.py" line="0" />
      <source>Keep the brightness</source>
      <translation>Conservar el brillo</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/styles.py" line="0" />
      <source>Keep the photo's colours</source>
      <translation>Conservar los colores de la foto</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/unet.py" line="0" />
      <source>Keep to the photo</source>
      <translation>Fidelidad a la foto</translation>
    </message>
    <message>
      <location filename="../../studio/retouch/resampling.py" line="0" />
      <source>Lanczos</source>
      <translation>Lanczos</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/first_models.py" line="0" />
      <source>Larger models need a graphics card of 8 GB or eight cores with 16 GB.</source>
      <translation>Los modelos mayores necesitan una tarjeta gráfica de 8 GB u ocho núcleos con 16 GB.</translation>
    </message>
    <message>
      <location filename="../../studio/tools/registry.py" line="0" />
      <location filename="../../studio/tools/select.py" line="0" />
      <source>Lasso selection</source>
      <translation>Selección con lazo</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/styles.py" line="0" />
      <source>Lavender mist</source>
      <translation>Niebla lavanda</translation>
    </message>
    <message>
      <location filename="../../studio/ui/layers/layer_commands.py" line="0" />
      <source>Layer settings</source>
      <translation>Ajustes de la capa</translation>
    </message>
    <message>
      <location filename="../../studio/edit/enlarging.py" line="0" />
      <source>Layers that changed meanwhile were enlarged without detail: {names}.</source>
      <translation>Las capas que cambiaron entretanto se ampliaron sin detalle: {names}.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/small_flux.py" line="0" />
      <source>Learned guidance</source>
      <translation>Guía aprendida</translation>
    </message>
    <message>
      <location filename="../../studio/engine/training/train.py" line="0" />
      <source>Learning</source>
      <translation>Aprendiendo</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/dream.py" line="0" />
      <source>Learning rate</source>
      <translation>Tasa de aprendizaje</translation>
    </message>
    <message>
      <location filename="../../studio/cli/editing.py" line="0" />
      <source>Leave --json out, or choose --kind pose.</source>
      <translation>Quita --json, o elige --kind pose.</translation>
    </message>
    <message>
      <location filename="../../studio/cli/enlarge.py" line="0" />
      <source>Leave --scale or --height out.</source>
      <translation>Quita --scale o --height.</translation>
    </message>
    <message>
      <location filename="../../studio/session/generations/systems.py" line="0" />
      <source>Leave it out of the comparison.</source>
      <translation>Déjalo fuera de la comparación.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/settings.py" line="0" />
      <source>Leave it out, or choose another model.</source>
      <translation>Quítalo o elige otro modelo.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/photo_tools.py" line="0" />
      <source>Leave it out.</source>
      <translation>Déjalo fuera.</translation>
    </message>
    <message>
      <location filename="../../studio/engine/judges/judging.py" line="0" />
      <source>Leave out those of another size.</source>
      <translation>Deja fuera las de otro tamaño.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/references.py" line="0" />
      <source>Leave the IP-Adapter empty.</source>
      <translation>Deja vacío el IP-Adapter.</translation>
    </message>
    <message>
      <location filename="../../studio/engine/adapters/textual_inversion.py" line="0" />
      <source>Leave the word out; all of these are understood.</source>
      <translation>No le des otra palabra; se entienden todas estas.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/metadata_choice.py" line="0" />
      <source>Leaves out GPS, place names, serial numbers, the owner's name and the camera maker's note.</source>
      <translation>Omite el GPS, los nombres de lugares, los números de serie, el nombre del dueño y la nota del fabricante de la cámara.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/imagen.py" line="0" />
      <source>Leaves the first stage out: the picture in the marked place counts as 32 px, and the second stage gives it details by the prompt. For Replace, Fill and Extend.</source>
      <translation>Omite la primera etapa: la imagen del lugar marcado cuenta como de 32 px, y la segunda etapa le da detalles según el texto. Para Reemplazar, Rellenar y Ampliar.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/recognise/opening.py" line="0" />
      <source>Let the download end, or start it again.</source>
      <translation>Deja que termine la descarga o vuelve a iniciarla.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/steered.py" line="0" />
      <source>Let the judge of the predicted picture steer.</source>
      <translation>Deja que dirija el juez de la imagen prevista.</translation>
    </message>
    <message>
      <location filename="../../studio/document/adjustments/levels.py" line="0" />
      <location filename="../../studio/document/adjustments/posterise.py" line="0" />
      <source>Levels</source>
      <translation>Niveles</translation>
    </message>
    <message>
      <location filename="../../studio/document/io/common.py" line="0" />
      <source>Lienzo can open {label} but not write it.</source>
      <translation>Lienzo abre {label}, pero no lo escribe.</translation>
    </message>
    <message>
      <location filename="../../studio/session/journal.py" line="0" />
      <source>Lienzo cannot look for documents to recover ({reason}).</source>
      <translation>No se pueden buscar documentos de un inicio anterior ({reason}).</translation>
    </message>
    <message>
      <location filename="../../studio/engine/annotators/base.py" line="0" />
      <source>Lienzo cannot make a control image of the kind {kind} from a picture yet.</source>
      <translation>Todavía no se puede hacer una imagen de control del tipo {kind} a partir de una imagen.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/first_models.py" line="0" />
      <source>Lienzo does not know its licence. Read the model's page first.</source>
      <translation>Lienzo no conoce su licencia. Lea antes la página del modelo.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/first_fetch.py" line="0" />
      <source>Lienzo does not run {title} from single files yet.</source>
      <translation>Lienzo todavía no ejecuta {title} desde archivos sueltos.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/pipeline.py" line="0" />
      <source>Lienzo reads no ControlNet for this kind of model yet.</source>
      <translation>Lienzo aún no lee ControlNets para este tipo de modelo.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/stable_diffusion_3.py" line="0" />
      <source>Lienzo reads no IP-Adapter for Stable Diffusion 3 yet.</source>
      <translation>Lienzo todavía no lee ningún IP-Adapter para Stable Diffusion 3.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/pipeline.py" line="0" />
      <source>Lienzo reads no IP-Adapter for this kind of model yet.</source>
      <translation>Lienzo aún no lee IP-Adapters para este tipo de modelo.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/amused.py" line="0" />
      <location filename="../../studio/catalog/families/deepfloyd_if.py" line="0" />
      <location filename="../../studio/catalog/families/kandinsky.py" line="0" />
      <location filename="../../studio/catalog/families/karlo.py" line="0" />
      <location filename="../../studio/catalog/families/pixart.py" line="0" />
      <location filename="../../studio/catalog/families/stable_unclip.py" line="0" />
      <source>Lienzo reads no LoRA for this kind of model yet.</source>
      <translation>Lienzo aún no lee LoRA para este tipo de modelo.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/extra_paths.py" line="0" />
      <source>Lienzo reads sections with base_path, is_default and paths, one a line. Add the folders by Add a model.</source>
      <translation>Lienzo lee secciones con base_path, is_default y rutas, una por línea. Añade las carpetas con Añadir un modelo.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/photo_tools.py" line="0" />
      <location filename="../../studio/session/photo/lift.py" line="0" />
      <source>Lift</source>
      <translation>Levantar</translation>
    </message>
    <message>
      <location filename="../../studio/edit/lifting.py" line="0" />
      <source>Lifted</source>
      <translation>Levantado</translation>
    </message>
    <message>
      <location filename="../../studio/document/blend.py" line="0" />
      <source>Lighten</source>
      <translation>Aclarar</translation>
    </message>
    <message>
      <location filename="../../studio/document/blend.py" line="0" />
      <source>Lighter colour</source>
      <translation>Color más claro</translation>
    </message>
    <message>
      <location filename="../../studio/document/adjustments/levels.py" line="0" />
      <source>Lightest output</source>
      <translation>Salida más clara</translation>
    </message>
    <message>
      <location filename="../../studio/document/adjustments/hue.py" line="0" />
      <source>Lightness</source>
      <translation>Luminosidad</translation>
    </message>
    <message>
      <location filename="../../studio/document/adjustments/table.py" line="0" />
      <source>Lights</source>
      <translation>Luces</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/dall_e.py" line="0" />
      <source>Likeliest tokens</source>
      <translation>Tokens más probables</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/controls.py" line="0" />
      <source>Line art</source>
      <translation>Líneas</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/detectors.py" line="0" />
      <source>Line art (coarse)</source>
      <translation>Líneas (gruesas)</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/detectors.py" line="0" />
      <source>Line art (detailed)</source>
      <translation>Líneas (detalladas)</translation>
    </message>
    <message>
      <location filename="../../studio/document/blend.py" line="0" />
      <source>Linear burn</source>
      <translation>Subexposición lineal</translation>
    </message>
    <message>
      <location filename="../../studio/document/blend.py" line="0" />
      <source>Linear dodge (add)</source>
      <translation>Sobreexposición lineal (añadir)</translation>
    </message>
    <message>
      <location filename="../../studio/document/blend.py" line="0" />
      <source>Linear light</source>
      <translation>Luz lineal</translation>
    </message>
    <message>
      <location filename="../../studio/cli/files.py" line="0" />
      <source>List them with: lienzo info FILE</source>
      <translation>Para verlos: lienzo info ARCHIVO</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/ladder.py" line="0" />
      <source>Little memory is free, so the picture was decoded in tiles.</source>
      <translation>Queda poca memoria libre, así que la imagen se decodificó por teselas.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/recognise/parts.py" line="0" />
      <source>Llama 3 text encoder (8B)</source>
      <translation>codificador de texto Llama 3 (8B)</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/fit.py" line="0" />
      <source>LoRA</source>
      <translation>LoRA</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/dall_e.py" line="0" />
      <source>LoRAs and embeddings are made for diffusion models; this one draws tokens.</source>
      <translation>Las LoRA y los embeddings se hacen para modelos de difusión; este dibuja tokens.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/one_step.py" line="0" />
      <source>LoRAs and embeddings are made for diffusion models; this one has a single step.</source>
      <translation>Los LoRA y los embeddings están hechos para modelos de difusión; este tiene un solo paso.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/imagen.py" line="0" />
      <source>LoRAs and embeddings are made for other networks than the two of this model.</source>
      <translation>Los LoRA y los embeddings están hechos para otras redes que las dos de este modelo.</translation>
    </message>
    <message>
      <location filename="../../studio/cli/editing.py" line="0" />
      <location filename="../../studio/cli/rewriting.py" line="0" />
      <source>Load mask</source>
      <translation>Cargar máscara</translation>
    </message>
    <message>
      <location filename="../../studio/ui/threads/engine_thread.py" line="0" />
      <source>Loading</source>
      <translation>Cargando</translation>
    </message>
    <message>
      <location filename="../../studio/engine/adapters/control.py" line="0" />
      <location filename="../../studio/engine/pipelines/controls.py" line="0" />
      <source>Loading the control</source>
      <translation>Cargando el control</translation>
    </message>
    <message>
      <location filename="../../studio/engine/annotators/detectors.py" line="0" />
      <source>Loading the detector</source>
      <translation>Cargando el detector</translation>
    </message>
    <message>
      <location filename="../../studio/engine/loading.py" line="0" />
      <location filename="../../studio/engine/pipelines/loaded.py" line="0" />
      <source>Loading the model</source>
      <translation>Cargando el modelo</translation>
    </message>
    <message>
      <location filename="../../studio/engine/photo/clean.py" line="0" />
      <location filename="../../studio/engine/photo/enlarge.py" line="0" />
      <source>Loading the network</source>
      <translation>Cargando la red</translation>
    </message>
    <message>
      <location filename="../../studio/engine/pipelines/references.py" line="0" />
      <source>Loading the reference</source>
      <translation>Cargando la referencia</translation>
    </message>
    <message>
      <location filename="../../studio/ui/layers/layer_commands.py" line="0" />
      <source>Lock layer</source>
      <translation>Bloquear capa</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/references.py" line="0" />
      <source>Look</source>
      <translation>Estilo</translation>
    </message>
    <message>
      <location filename="../../studio/engine/pipelines/lora.py" line="0" />
      <source>Look for a plain LoRA of the same subject or style.</source>
      <translation>Busque un LoRA corriente del mismo tema o estilo.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/models.py" line="0" />
      <location filename="../../studio/catalog/recognise/scan.py" line="0" />
      <source>Looking at the models</source>
      <translation>Examinando los modelos</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/other_programs.py" line="0" />
      <source>Looking for models of other programs</source>
      <translation>Buscando modelos de otros programas</translation>
    </message>
    <message>
      <location filename="../../studio/engine/clip/find.py" line="0" />
      <source>Looking for the place</source>
      <translation>Buscando el sitio</translation>
    </message>
    <message>
      <location filename="../../studio/engine/photo/lift.py" line="0" />
      <location filename="../../studio/engine/photo/subject.py" line="0" />
      <source>Looking for the subject</source>
      <translation>Buscando el sujeto</translation>
    </message>
    <message>
      <location filename="../../studio/ui/layers/layer_commands.py" line="0" />
      <source>Lower layer</source>
      <translation>Bajar capa</translation>
    </message>
    <message>
      <location filename="../../studio/engine/latent_diffusion/pictures.py" line="0" />
      <location filename="../../studio/engine/pipelines/route.py" line="0" />
      <source>Lower the CFG scale, choose another sampler, or check the model's files.</source>
      <translation>Baja la escala CFG, elige otro sampler o revisa los archivos del modelo.</translation>
    </message>
    <message>
      <location filename="../../studio/engine/training/loop.py" line="0" />
      <location filename="../../studio/engine/training/sampling.py" line="0" />
      <source>Lower the learning rate and start again.</source>
      <translation>Baja la tasa de aprendizaje y empieza de nuevo.</translation>
    </message>
    <message>
      <location filename="../../studio/document/blend.py" line="0" />
      <source>Luminosity</source>
      <translation>Luminosidad</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/first_models.py" line="0" />
      <source>Machines without a graphics card, on which a picture takes minutes.</source>
      <translation>Equipos sin tarjeta gráfica, en los que una imagen tarda minutos.</translation>
    </message>
    <message>
      <location filename="../../studio/document/kinds.py" line="0" />
      <source>Made by a prompt</source>
      <translation>Hecha por un prompt</translation>
    </message>
    <message>
      <location filename="../../studio/session/whereabouts.py" line="0" />
      <source>Made with {names}, which are not in your model folders. The layers stay as they are but cannot be generated again.</source>
      <translation>Hecho con {names}, que no está en tus carpetas de modelos: lo hecho se queda como está, pero no se puede volver a hacer.</translation>
    </message>
    <message>
      <location filename="../../studio/document/adjustments/table.py" line="0" />
      <source>Magenta</source>
      <translation>Magenta</translation>
    </message>
    <message>
      <location filename="../../studio/document/adjustments/balance.py" line="0" />
      <source>Magenta to green</source>
      <translation>Magenta a verde</translation>
    </message>
    <message>
      <location filename="../../studio/document/adjustments/table.py" line="0" />
      <source>Magentas</source>
      <translation>Magentas</translation>
    </message>
    <message>
      <location filename="../../studio/cli/editing.py" line="0" />
      <source>Make a mask of the photo's size: white where the picture may change.</source>
      <translation>Haz una máscara del tamaño de la foto: blanca donde la imagen puede cambiar.</translation>
    </message>
    <message>
      <location filename="../../studio/session/photo/style.py" line="0" />
      <source>Make a new one.</source>
      <translation>Haz una nueva.</translation>
    </message>
    <message>
      <location filename="../../studio/edit/prepare.py" line="0" />
      <source>Make the canvas larger first.</source>
      <translation>Agranda antes el lienzo.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/steered.py" line="0" />
      <location filename="../../studio/catalog/guidance.py" line="0" />
      <source>Make the end the larger of the two.</source>
      <translation>Haz que el fin sea el mayor de los dos.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/first_models.py" line="0" />
      <source>Makes pictures and follows instructions such as: make it winter.</source>
      <translation>Hace imágenes y sigue instrucciones como: que sea invierno.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/photo_tools.py" line="0" />
      <source>Margin</source>
      <translation>Margen</translation>
    </message>
    <message>
      <location filename="../../studio/engine/photo/filling.py" line="0" />
      <source>Mark a smaller place, or choose another variation.</source>
      <translation>Marque un lugar más pequeño o elija otra variación.</translation>
    </message>
    <message>
      <location filename="../../studio/tools/remove.py" line="0" />
      <source>Mark for removal</source>
      <translation>Marcar para quitar</translation>
    </message>
    <message>
      <location filename="../../studio/engine/photo/filling.py" line="0" />
      <source>Mark only the thing that should disappear.</source>
      <translation>Marque solo lo que debe desaparecer.</translation>
    </message>
    <message>
      <location filename="../../studio/engine/photo/words.py" line="0" />
      <source>Marking the place</source>
      <translation>Marcando el sitio</translation>
    </message>
    <message>
      <location filename="../../studio/cli/demo.py" line="0" />
      <location filename="../../studio/cli/editing.py" line="0" />
      <source>Mask</source>
      <translation>Máscara</translation>
    </message>
    <message>
      <location filename="../../studio/core/limits.py" line="0" />
      <source>Mask blur</source>
      <translation>Desenfoque de la máscara</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/settings.py" line="0" />
      <source>Mask blur: how far the result fades in from the edge of the mask</source>
      <translation>Desenfoque de máscara: hasta dónde se funde el resultado desde el borde de la máscara</translation>
    </message>
    <message>
      <location filename="../../studio/tools/registry.py" line="0" />
      <source>Mask brush</source>
      <translation>Pincel de máscara</translation>
    </message>
    <message>
      <location filename="../../studio/ui/layers/layer_commands.py" line="0" />
      <source>Mask from selection</source>
      <translation>Máscara desde la selección</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/settings.py" line="0" />
      <source>Match the photo</source>
      <translation>Igualar a la foto</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/settings.py" line="0" />
      <source>Matches the colours and the grain of a fill to the photo around it, since models shift colours and smooth grain</source>
      <translation>Iguala los colores y el grano de un relleno a los de la foto de alrededor, porque los modelos desvían los colores y suavizan el grano</translation>
    </message>
    <message>
      <location filename="../../studio/engine/judges/judging.py" line="0" />
      <source>Measuring</source>
      <translation>Midiendo</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/styles.py" line="0" />
      <source>Medium</source>
      <translation>Medianos</translation>
    </message>
    <message>
      <location filename="../../studio/ui/layers/layer_commands.py" line="0" />
      <source>Merge down</source>
      <translation>Combinar hacia abajo</translation>
    </message>
    <message>
      <location filename="../../studio/ui/layers/layer_commands.py" line="0" />
      <source>Merge layers</source>
      <translation>Combinar capas</translation>
    </message>
    <message>
      <location filename="../../studio/document/merge.py" line="0" />
      <source>Merge that one down first.</source>
      <translation>Combina antes esa hacia abajo.</translation>
    </message>
    <message>
      <location filename="../../studio/document/masks.py" line="0" />
      <source>Merge the group first, then apply it.</source>
      <translation>Combina antes el grupo y aplícala después.</translation>
    </message>
    <message>
      <location filename="../../studio/document/io/ora_write.py" line="0" />
      <location filename="../../studio/document/io/pictures.py" line="0" />
      <location filename="../../studio/document/io/psd_write.py" line="0" />
      <source>Merging the layers</source>
      <translation>Combinando las capas</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/photo_tools.py" line="0" />
      <source>Method</source>
      <translation>Método</translation>
    </message>
    <message>
      <location filename="../../studio/document/adjustments/table.py" line="0" />
      <source>Middle tones</source>
      <translation>Medios tonos</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/styles.py" line="0" />
      <source>Midnight dots</source>
      <translation>Puntos de medianoche</translation>
    </message>
    <message>
      <location filename="../../studio/tools/pose_actions.py" line="0" />
      <source>Mirror figure</source>
      <translation>Reflejar figura</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/recognise/parts.py" line="0" />
      <source>Mistral text encoder (24B)</source>
      <translation>codificador de texto Mistral (24B)</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/recognise/parts.py" line="0" />
      <source>MoVQ of Kandinsky</source>
      <translation>MoVQ de Kandinsky</translation>
    </message>
    <message>
      <location filename="../../studio/session/batch.py" line="0" />
      <source>Model</source>
      <translation>Modelo</translation>
    </message>
    <message>
      <location filename="../../studio/core/assets/table.py" line="0" />
      <source>Models of Flux.2, Z-Image and Qwen-Image in a single file</source>
      <translation>Modelos de Flux.2, Z-Image y Qwen-Image en un solo archivo</translation>
    </message>
    <message>
      <location filename="../../studio/core/assets/table.py" line="0" />
      <source>Models of Stable Diffusion 3 and Flux in a single file</source>
      <translation>Modelos de Stable Diffusion 3 y Flux en un solo archivo</translation>
    </message>
    <message>
      <location filename="../../studio/core/assets/table.py" line="0" />
      <source>Models of Stable Diffusion and Flux in a single file</source>
      <translation>Modelos de Stable Diffusion y Flux en un solo archivo</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/spec.py" line="0" />
      <source>Models with image embeddings blend pictures (unCLIP, Karlo, Stable unCLIP); this model does not.</source>
      <translation>Los modelos con representaciones de imágenes las mezclan (unCLIP, Karlo, Stable unCLIP); este modelo no.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/styles.py" line="0" />
      <source>Mosaic</source>
      <translation>Mosaico</translation>
    </message>
    <message>
      <location filename="../../studio/cli/demo.py" line="0" />
      <location filename="../../studio/cli/lift.py" line="0" />
      <location filename="../../studio/tools/registry.py" line="0" />
      <source>Move</source>
      <translation>Mover</translation>
    </message>
    <message>
      <location filename="../../studio/tools/pose.py" line="0" />
      <location filename="../../studio/tools/pose_actions.py" line="0" />
      <source>Move figure</source>
      <translation>Mover figura</translation>
    </message>
    <message>
      <location filename="../../studio/ui/layers/layer_commands.py" line="0" />
      <source>Move in the stack</source>
      <translation>Cambiar de posición</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/pack_install.py" line="0" />
      <source>Move it away or rename it, then install the pack again.</source>
      <translation>Muévalo o cámbiele el nombre y vuelva a instalar el paquete.</translation>
    </message>
    <message>
      <location filename="../../studio/core/download/resumable.py" line="0" />
      <source>Move it away or rename it, then try again.</source>
      <translation>Muévalo o cámbiele el nombre y vuelva a intentarlo.</translation>
    </message>
    <message>
      <location filename="../../studio/document/merge.py" line="0" />
      <location filename="../../studio/document/several.py" line="0" />
      <source>Move it out of the group, or delete it if you no longer need it.</source>
      <translation>Sácala del grupo, o elimínala cuando ya no haga falta.</translation>
    </message>
    <message>
      <location filename="../../studio/tools/pose.py" line="0" />
      <location filename="../../studio/tools/pose_actions.py" line="0" />
      <source>Move joint</source>
      <translation>Mover articulación</translation>
    </message>
    <message>
      <location filename="../../studio/tools/move.py" line="0" />
      <location filename="../../studio/ui/layers/layer_commands.py" line="0" />
      <source>Move layer</source>
      <translation>Mover capa</translation>
    </message>
    <message>
      <location filename="../../studio/retouch/matrices.py" line="0" />
      <source>Move the corners until they form a shape without crossing sides.</source>
      <translation>Mueva las esquinas hasta que formen una figura cuyos lados no se crucen.</translation>
    </message>
    <message>
      <location filename="../../studio/document/merge.py" line="0" />
      <source>Move the layer up first.</source>
      <translation>Sube antes la capa.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/one_step.py" line="0" />
      <source>Moves from the random vector of the seed to a second one of the same seed, which it reaches at 1. The pictures on the way show what the model counts as neighbours.</source>
      <translation>Va del vector aleatorio de la semilla a otro de la misma semilla, al que llega con 1. Las imágenes del camino muestran lo que el modelo considera vecino.</translation>
    </message>
    <message>
      <location filename="../../studio/document/blend.py" line="0" />
      <source>Multiply</source>
      <translation>Multiplicar</translation>
    </message>
    <message>
      <location filename="../../studio/cli/generations.py" line="0" />
      <source>Name a file with --out or --json.</source>
      <translation>Indica un archivo con --out o --json.</translation>
    </message>
    <message>
      <location filename="../../studio/cli/models.py" line="0" />
      <source>Name a folder by lienzo models FOLDER.</source>
      <translation>Indica una carpeta con lienzo models CARPETA.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/controls.py" line="0" />
      <source>Name a folder with a ControlNet in diffusers layout, a safetensors file of one, or switch the control off.</source>
      <translation>Indica una carpeta con un ControlNet en formato diffusers, un archivo safetensors de uno, o desactiva el control.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/references.py" line="0" />
      <location filename="../../studio/catalog/transformer_references.py" line="0" />
      <source>Name a folder with an IP-Adapter, or take the reference away.</source>
      <translation>Indica una carpeta con un IP-Adapter, o quita la referencia.</translation>
    </message>
    <message>
      <location filename="../../studio/cli/models.py" line="0" />
      <source>Name a folder with some, or add it in the window.</source>
      <translation>Indica una carpeta con alguno, o añádela en la ventana.</translation>
    </message>
    <message>
      <location filename="../../studio/cli/editing.py" line="0" />
      <source>Name a mask file with --mask as well.</source>
      <translation>Indica también un archivo de máscara con --mask.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/packs.py" line="0" />
      <source>Name a model, or an asset.</source>
      <translation>Indique un modelo o una red.</translation>
    </message>
    <message>
      <location filename="../../studio/cli/restyle.py" line="0" />
      <source>Name a painting, or one of: {names}.</source>
      <translation>Indique un cuadro o uno de estos: {names}.</translation>
    </message>
    <message>
      <location filename="../../studio/cli/identify.py" line="0" />
      <source>Name a single file.</source>
      <translation>Indica un solo archivo.</translation>
    </message>
    <message>
      <location filename="../../studio/session/generations/run.py" line="0" />
      <source>Name a thing that the starter knows, such as a red car.</source>
      <translation>Nombra una cosa que el modelo inicial conozca, como un coche rojo.</translation>
    </message>
    <message>
      <location filename="../../studio/session/batch.py" line="0" />
      <source>Name another folder with --out.</source>
      <translation>Nombra otra carpeta con --out.</translation>
    </message>
    <message>
      <location filename="../../studio/session/batch.py" line="0" />
      <source>Name another folder.</source>
      <translation>Nombra otra carpeta.</translation>
    </message>
    <message>
      <location filename="../../studio/cli/batch.py" line="0" />
      <location filename="../../studio/cli/demo.py" line="0" />
      <source>Name another one with --out.</source>
      <translation>Indica otra con --out.</translation>
    </message>
    <message>
      <location filename="../../studio/session/batch.py" line="0" />
      <source>Name another one.</source>
      <translation>Nombra otra.</translation>
    </message>
    <message>
      <location filename="../../studio/session/batch.py" line="0" />
      <source>Name another picture.</source>
      <translation>Nombra otra imagen.</translation>
    </message>
    <message>
      <location filename="../../studio/cli/select.py" line="0" />
      <source>Name another point on the thing, or a box around it.</source>
      <translation>Indique otro punto del objeto o un recuadro a su alrededor.</translation>
    </message>
    <message>
      <location filename="../../studio/cli/models.py" line="0" />
      <source>Name it by --get ID.</source>
      <translation>Indíquelo con --get ID.</translation>
    </message>
    <message>
      <location filename="../../studio/session/batch.py" line="0" />
      <source>Name one, for example: enlarge scale=2. The tools are: {tools}.</source>
      <translation>Nombra uno, por ejemplo: enlarge scale=2. Las herramientas son: {tools}.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/packs.py" line="0" />
      <source>Name the files in it that you want, or a folder with model_index.json.</source>
      <translation>Indique los archivos que desee de ella, o una carpeta con model_index.json.</translation>
    </message>
    <message>
      <location filename="../../studio/cli/pack.py" line="0" />
      <source>Name the pack alone.</source>
      <translation>Indique solo el paquete.</translation>
    </message>
    <message>
      <location filename="../../studio/cli/batch.py" line="0" />
      <source>Name the photos' folder, and --out FOLDER.</source>
      <translation>Nombra la carpeta de las fotos y --out CARPETA.</translation>
    </message>
    <message>
      <location filename="../../studio/retouch/resampling.py" line="0" />
      <source>Nearest pixel</source>
      <translation>Píxel más cercano</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/stable_diffusion_xl.py" line="0" />
      <source>Negative crop left</source>
      <translation>Recorte izquierdo negativo</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/stable_diffusion_xl.py" line="0" />
      <source>Negative crop top</source>
      <translation>Recorte superior negativo</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/stable_diffusion_xl.py" line="0" />
      <source>Negative original height</source>
      <translation>Alto original negativo</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/stable_diffusion_xl.py" line="0" />
      <source>Negative original width</source>
      <translation>Ancho original negativo</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/stable_diffusion_xl.py" line="0" />
      <source>Negative target height</source>
      <translation>Alto de destino negativo</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/stable_diffusion_xl.py" line="0" />
      <source>Negative target width</source>
      <translation>Ancho de destino negativo</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/styles.py" line="0" />
      <source>Neon watercolour</source>
      <translation>Acuarela de neón</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/photo_tools.py" line="0" />
      <source>Network</source>
      <translation>Red</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/photo_tools.py" line="0" />
      <source>Network and patches in turn</source>
      <translation>Red y parches por turno</translation>
    </message>
    <message>
      <location filename="../../studio/document/adjustments/table.py" line="0" />
      <source>Neutrals</source>
      <translation>Neutros</translation>
    </message>
    <message>
      <location filename="../../studio/session/session.py" line="0" />
      <source>New</source>
      <translation>Nuevo</translation>
    </message>
    <message>
      <location filename="../../studio/ui/layers/layer_commands.py" line="0" />
      <source>New layer</source>
      <translation>Nueva capa</translation>
    </message>
    <message>
      <location filename="../../studio/edit/request.py" line="0" />
      <source>New picture</source>
      <translation>Imagen nueva</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/styles.py" line="0" />
      <source>Night swirls</source>
      <translation>Remolinos nocturnos</translation>
    </message>
    <message>
      <location filename="../../studio/cli/adjust.py" line="0" />
      <source>No adjustment is named.</source>
      <translation>No se ha indicado ningún ajuste.</translation>
    </message>
    <message>
      <location filename="../../studio/tools/object_finder.py" line="0" />
      <source>No clear object was found here.</source>
      <translation>Aquí no se encontró ningún objeto claro.</translation>
    </message>
    <message>
      <location filename="../../studio/cli/select.py" line="0" />
      <source>No clear object was found there.</source>
      <translation>Ahí no se encontró ningún objeto claro.</translation>
    </message>
    <message>
      <location filename="../../studio/engine/annotators/face.py" line="0" />
      <source>No face was found in the reference, so the whole picture is used.</source>
      <translation>No se encontró ninguna cara en la referencia, así que cuenta entera.</translation>
    </message>
    <message>
      <location filename="../../studio/edit/cutouts.py" line="0" />
      <location filename="../../studio/edit/object_targets.py" line="0" />
      <location filename="../../studio/tools/brush.py" line="0" />
      <location filename="../../studio/tools/move.py" line="0" />
      <location filename="../../studio/ui/commands/edit_commands.py" line="0" />
      <location filename="../../studio/ui/layers/layer_commands.py" line="0" />
      <location filename="../../studio/ui/prompt/reference_sources.py" line="0" />
      <location filename="../../studio/ui/training/photo_sources.py" line="0" />
      <source>No layer is active.</source>
      <translation>Ninguna capa está activa.</translation>
    </message>
    <message>
      <location filename="../../studio/document/io/ora_read.py" line="0" />
      <source>No layer of {name} can be read; the merged picture is open.</source>
      <translation>No se puede leer ninguna capa de {name}; se abrió la imagen acoplada.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/documents/clipboard.py" line="0" />
      <source>No layer with pixels is active.</source>
      <translation>Ninguna capa con píxeles está activa.</translation>
    </message>
    <message>
      <location filename="../../studio/document/mask_edits.py" line="0" />
      <source>No mask is painted.</source>
      <translation>No hay ninguna máscara pintada.</translation>
    </message>
    <message>
      <location filename="../../studio/tools/object_finder.py" line="0" />
      <source>No object was just selected.</source>
      <translation>No se acaba de seleccionar ningún objeto.</translation>
    </message>
    <message>
      <location filename="../../studio/session/landing.py" line="0" />
      <source>No one was found in the picture, so a figure was added for you to drag.</source>
      <translation>No se encontró a nadie en la imagen; hay en ella una figura que puedes arrastrar.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/metadata_choice.py" line="0" />
      <source>No prompt, no camera data, no author; the colour profile stays.</source>
      <translation>Sin prompt, sin datos de cámara y sin autor; el perfil de color se queda.</translation>
    </message>
    <message>
      <location filename="../../studio/photos/photos.py" line="0" />
      <source>No subject was found; the whole photo is used. Paint the mask, or choose another photo.</source>
      <translation>No se pudo distinguir ningún motivo del fondo; cuenta toda la foto. Pinta la máscara o elige otra foto.</translation>
    </message>
    <message>
      <location filename="../../studio/session/generations/run.py" line="0" />
      <source>No system is chosen.</source>
      <translation>No hay ningún sistema elegido.</translation>
    </message>
    <message>
      <location filename="../../studio/cli/select.py" line="0" />
      <source>No thing was named.</source>
      <translation>No se indicó ningún objeto.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/dream.py" line="0" />
      <location filename="../../studio/catalog/photo_tools.py" line="0" />
      <source>Noise</source>
      <translation>Ruido</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/imagen.py" line="0" />
      <source>Noise conditioning augmentation: the second stage gets the small picture with so much noise. Little copies its mistakes, much invents.</source>
      <translation>Aumento con ruido: la segunda etapa recibe la imagen pequeña con este ruido. Poco copia sus errores; mucho inventa.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/imagen.py" line="0" />
      <source>Noise in the small picture</source>
      <translation>Ruido en la imagen pequeña</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/stable_unclip.py" line="0" />
      <source>Noise level: how much noise is added to the idea of the photo. At 0 the pictures keep its subject, at 999 hardly anything of it is left.</source>
      <translation>Nivel de ruido: cuánto ruido se añade a la idea de la foto. Con 0 las imágenes conservan su motivo; con 999 apenas queda nada de él.</translation>
    </message>
    <message>
      <location filename="../../studio/document/blend.py" line="0" />
      <source>Normal</source>
      <translation>Normal</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/controls.py" line="0" />
      <source>Normals</source>
      <translation>Normales</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/detectors.py" line="0" />
      <source>Not for commercial use.</source>
      <translation>No apto para uso comercial.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/metadata_choice.py" line="0" />
      <source>Nothing</source>
      <translation>Nada</translation>
    </message>
    <message>
      <location filename="../../studio/ui/prompt/reference_sources.py" line="0" />
      <location filename="../../studio/ui/prompt/region_sources.py" line="0" />
      <source>Nothing is selected and no mask is painted.</source>
      <translation>No hay nada seleccionado ni ninguna máscara pintada.</translation>
    </message>
    <message>
      <location filename="../../studio/edit/lifting.py" line="0" />
      <source>Nothing is selected, so nothing can be lifted.</source>
      <translation>No hay nada seleccionado, así que no se puede levantar nada.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/edit_commands.py" line="0" />
      <source>Nothing is selected, so there is nothing to clear.</source>
      <translation>No hay nada seleccionado, así que no hay nada que vaciar.</translation>
    </message>
    <message>
      <location filename="../../studio/document/canvas.py" line="0" />
      <source>Nothing is selected, so there is nothing to crop to.</source>
      <translation>No hay nada seleccionado, así que no hay a qué recortar.</translation>
    </message>
    <message>
      <location filename="../../studio/tools/remove.py" line="0" />
      <source>Nothing is selected, so there is nothing to remove.</source>
      <translation>No hay nada seleccionado, así que no hay nada que quitar.</translation>
    </message>
    <message>
      <location filename="../../studio/document/fill.py" line="0" />
      <location filename="../../studio/document/mask_edits.py" line="0" />
      <location filename="../../studio/session/photos.py" line="0" />
      <location filename="../../studio/ui/layers/layer_commands.py" line="0" />
      <location filename="../../studio/ui/prompt/reference_sources.py" line="0" />
      <source>Nothing is selected.</source>
      <translation>No hay nada seleccionado.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/steering.py" line="0" />
      <source>Nothing is steered, so these have no effect: {settings}.</source>
      <translation>No se dirige nada, así que esto no tiene efecto: {settings}.</translation>
    </message>
    <message>
      <location filename="../../studio/engine/photo/subject.py" line="0" />
      <source>Nothing stands out in this picture, so no subject was found.</source>
      <translation>Nada destaca en esta imagen, así que no se encontró ningún sujeto.</translation>
    </message>
    <message>
      <location filename="../../studio/document/locked.py" line="0" />
      <source>Nothing was changed, because these are locked: {names}</source>
      <translation>No se ha cambiado nada, porque están bloqueadas: {names}</translation>
    </message>
    <message>
      <location filename="../../studio/cli/models.py" line="0" />
      <source>Nothing was downloaded, because the licence has not been accepted.</source>
      <translation>No se ha descargado nada porque no se ha aceptado la licencia.</translation>
    </message>
    <message>
      <location filename="../../studio/core/download/resumable.py" line="0" />
      <source>Nothing was downloaded. Try another mirror, or a newer Lienzo.</source>
      <translation>No se ha descargado nada. Pruebe otro servidor espejo o un Lienzo más reciente.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/edit_commands.py" line="0" />
      <source>Nothing was selected before.</source>
      <translation>Antes no había nada seleccionado.</translation>
    </message>
    <message>
      <location filename="../../studio/cli/clean.py" line="0" />
      <source>Nothing would be cleaned: both amounts are 0.</source>
      <translation>No se limpiaría nada: las dos cantidades son 0.</translation>
    </message>
    <message>
      <location filename="../../studio/retouch/matrices.py" line="0" />
      <source>Nothing would be left after this transform.</source>
      <translation>No quedaría nada tras esta transformación.</translation>
    </message>
    <message>
      <location filename="../../studio/document/canvas.py" line="0" />
      <source>Nothing would be left of the picture.</source>
      <translation>No quedaría nada de la imagen.</translation>
    </message>
    <message>
      <location filename="../../studio/edit/cutouts.py" line="0" />
      <source>Nothing would be selected.</source>
      <translation>No se seleccionaría nada.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/text_settings.py" line="0" />
      <source>Number of last layers of the text encoder that are left out, in addition to those that the model leaves out itself. 1 is what other programs call Clip skip 2.</source>
      <translation>Número de últimas capas del codificador de texto que se omiten, además de las que omite el propio modelo. 1 es lo que otros programas llaman Clip skip 2.</translation>
    </message>
    <message>
      <location filename="../../studio/core/assets/table.py" line="0" />
      <location filename="../../studio/tools/object_finder.py" line="0" />
      <location filename="../../studio/tools/registry.py" line="0" />
      <source>Object selection</source>
      <translation>Selección de objetos</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/styles.py" line="0" />
      <source>Ochre engraving</source>
      <translation>Grabado ocre</translation>
    </message>
    <message>
      <location filename="../../studio/edit/prompt_syntax.py" line="0" />
      <source>Of “{text}”, only the name and the weights for text encoder and UNet are used: {used}.</source>
      <translation>De «{text}» solo se usan el nombre y los pesos del codificador de texto y de la UNet: {used}.</translation>
    </message>
    <message>
      <location filename="../../studio/document/adjustments/exposure.py" line="0" />
      <source>Offset</source>
      <translation>Desplazamiento</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/first_models.py" line="0" />
      <source>One file, and nothing else.</source>
      <translation>Un archivo, y nada más.</translation>
    </message>
    <message>
      <location filename="../../studio/document/adjustments/mixer.py" line="0" />
      <source>One grey channel</source>
      <translation>Un solo canal gris</translation>
    </message>
    <message>
      <location filename="../../studio/document/several.py" line="0" />
      <source>One layer alone cannot be merged.</source>
      <translation>Una sola capa no se puede combinar.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/styles.py" line="0" />
      <source>One of the presets, or a painting</source>
      <translation>Uno de los estilos incluidos o un cuadro</translation>
    </message>
    <message>
      <location filename="../../studio/photos/photos.py" line="0" />
      <source>One photo works, but its pose will come back in every picture; 3 to {few} from different sides are better.</source>
      <translation>Con una foto funciona, pero su pose volverá en cada imagen; son mejores de 3 a {few} desde distintos lados.</translation>
    </message>
    <message>
      <location filename="../../studio/document/adjustments/hue.py" line="0" />
      <source>One tint</source>
      <translation>Un solo tono</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/flux.py" line="0" />
      <source>Only Flux Kontext follows instructions. Choose it for this.</source>
      <translation>Solo Flux Kontext sigue indicaciones. Elíjalo para esto.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/flux.py" line="0" />
      <source>Only Flux.1 dev, Krea and schnell follow references.</source>
      <translation>Solo Flux.1 dev, Krea y schnell siguen referencias.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/unet.py" line="0" />
      <source>Only InstructPix2Pix has a guidance by the photo.</source>
      <translation>Solo InstructPix2Pix tiene una guía por la foto.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/qwen_image.py" line="0" />
      <source>Only Qwen-Image itself follows control images, not Qwen-Image-Edit.</source>
      <translation>Solo Qwen-Image sigue imágenes de control, no Qwen-Image-Edit.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/qwen_image.py" line="0" />
      <source>Only Qwen-Image-Edit follows instructions. Choose it for this.</source>
      <translation>Solo Qwen-Image-Edit sigue indicaciones. Elíjalo para esto.</translation>
    </message>
    <message>
      <location filename="../../studio/session/requests.py" line="0" />
      <source>Only a generative layer can be run again.</source>
      <translation>Solo se puede volver a generar una capa hecha por un prompt.</translation>
    </message>
    <message>
      <location filename="../../studio/document/operations.py" line="0" />
      <source>Only a group can hold other layers.</source>
      <translation>Solo un grupo puede contener otras capas.</translation>
    </message>
    <message>
      <location filename="../../studio/document/several.py" line="0" />
      <source>Only a group can let its layers blend with what lies below it.</source>
      <translation>Solo un grupo puede dejar que sus capas se fusionen con lo que hay debajo.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/layers/layer_commands.py" line="0" />
      <source>Only a pixel layer can become a control layer.</source>
      <translation>Solo una capa de píxeles puede convertirse en control.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/imagen.py" line="0" />
      <source>Only enlarge, with the second stage</source>
      <translation>Solo ampliar, con la segunda etapa</translation>
    </message>
    <message>
      <location filename="../../studio/cli/pack.py" line="0" />
      <source>Only lienzo pack make takes models.</source>
      <translation>Solo lienzo pack make admite modelos.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/steering.py" line="0" />
      <source>Only models that take noise away step by step can be steered by a judge; this one does not.</source>
      <translation>Solo los modelos que quitan ruido paso a paso pueden dirigirse con un juez; este no lo hace.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/packs.py" line="0" />
      <source>Only safetensors and GGUF files are.</source>
      <translation>Solo lo son los archivos safetensors y GGUF.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/kandinsky.py" line="0" />
      <source>Only the inpainting model of Kandinsky 2.2 fills. Choose it for this.</source>
      <translation>Solo el modelo de relleno de Kandinsky 2.2 rellena. Elígelo para esto.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/edit_commands.py" line="0" />
      <location filename="../../studio/ui/layers/layer_commands.py" line="0" />
      <source>Opacity</source>
      <translation>Opacidad</translation>
    </message>
    <message>
      <location filename="../../studio/session/session.py" line="0" />
      <source>Open</source>
      <translation>Abrir</translation>
    </message>
    <message>
      <location filename="../../studio/core/download/resumable.py" line="0" />
      <source>Open a page in your browser, in case this network wants you to sign in first.</source>
      <translation>Abra una página en su navegador, por si esta red pide antes iniciar sesión.</translation>
    </message>
    <message>
      <location filename="../../studio/engine/photo/clean.py" line="0" />
      <location filename="../../studio/session/photo/lift.py" line="0" />
      <location filename="../../studio/session/photo/subject.py" line="0" />
      <location filename="../../studio/session/photo/words.py" line="0" />
      <location filename="../../studio/tools/object_pictures.py" line="0" />
      <source>Open a photo first.</source>
      <translation>Abra antes una foto.</translation>
    </message>
    <message>
      <location filename="../../studio/edit/objects.py" line="0" />
      <source>Open a photo, or show its layer.</source>
      <translation>Abra una foto o muestre su capa.</translation>
    </message>
    <message>
      <location filename="../../studio/edit/objects.py" line="0" />
      <location filename="../../studio/engine/photo/restyle.py" line="0" />
      <location filename="../../studio/engine/photo/running.py" line="0" />
      <location filename="../../studio/engine/validation.py" line="0" />
      <source>Open a picture first.</source>
      <translation>Abra antes una imagen.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/documents/file_work.py" line="0" />
      <source>Open each of them by itself to see what can be done.</source>
      <translation>Abre cada uno por separado para ver qué se puede hacer.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/recognise/parts.py" line="0" />
      <source>OpenCLIP-H text encoder</source>
      <translation>codificador de texto OpenCLIP-H</translation>
    </message>
    <message>
      <location filename="../../studio/document/io/formats.py" line="0" />
      <source>Opened</source>
      <translation>Abierto</translation>
    </message>
    <message>
      <location filename="../../studio/engine/rewrite/rewrite.py" line="0" />
      <source>Optimising the empty prompt</source>
      <translation>Aprendiendo el prompt vacío</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/photo_tools.py" line="0" />
      <location filename="../../studio/session/photo/words.py" line="0" />
      <source>Order by prompt</source>
      <translation>Ordenar por el prompt</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/stable_diffusion_xl.py" line="0" />
      <source>Original height</source>
      <translation>Alto original</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/stable_diffusion_xl.py" line="0" />
      <source>Original width</source>
      <translation>Ancho original</translation>
    </message>
    <message>
      <location filename="../../studio/document/blend.py" line="0" />
      <source>Overlay</source>
      <translation>Superponer</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/packs.py" line="0" />
      <source>Packing</source>
      <translation>Empaquetando</translation>
    </message>
    <message>
      <location filename="../../studio/core/limits.py" line="0" />
      <source>Padding</source>
      <translation>Margen</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/settings.py" line="0" />
      <source>Padding: how much of the surroundings the model sees</source>
      <translation>Margen: cuánto alrededor del lugar mira el modelo</translation>
    </message>
    <message>
      <location filename="../../studio/tools/registry.py" line="0" />
      <source>Paint along hair or fur at the edge of a selection or a layer mask.</source>
      <translation>Pinta sobre el pelo en el borde de una selección o de una máscara de capa.</translation>
    </message>
    <message>
      <location filename="../../studio/session/photo/matte.py" line="0" />
      <source>Paint along the edge of the thing.</source>
      <translation>Pinta a lo largo del borde del objeto.</translation>
    </message>
    <message>
      <location filename="../../studio/tools/mask.py" line="0" />
      <source>Paint mask</source>
      <translation>Pintar máscara</translation>
    </message>
    <message>
      <location filename="../../studio/document/image_size.py" line="0" />
      <source>Paint on it first.</source>
      <translation>Pinta antes en ella.</translation>
    </message>
    <message>
      <location filename="../../studio/tools/registry.py" line="0" />
      <source>Paint on the active layer; hold Alt to pick a colour.</source>
      <translation>Pinta en la capa activa; mantén Alt para tomar un color.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/layers/layer_commands.py" line="0" />
      <source>Paint over a place with the mask brush, or select it.</source>
      <translation>Pinta sobre un lugar con el pincel de máscara, o selecciónalo.</translation>
    </message>
    <message>
      <location filename="../../studio/edit/prepare.py" line="0" />
      <location filename="../../studio/engine/validation.py" line="0" />
      <source>Paint over the place with the mask brush, or select it.</source>
      <translation>Pinta sobre el lugar con el pincel de máscara, o selecciónalo.</translation>
    </message>
    <message>
      <location filename="../../studio/tools/registry.py" line="0" />
      <source>Paint where the prompt may change the picture; hold Alt to erase.</source>
      <translation>Pinta donde el prompt puede cambiar la imagen; mantén Alt para borrar.</translation>
    </message>
    <message>
      <location filename="../../studio/engine/latent_diffusion/painting.py" line="0" />
      <location filename="../../studio/engine/photo/restyle.py" line="0" />
      <location filename="../../studio/engine/pipelines/running.py" line="0" />
      <location filename="../../studio/engine/rewrite/rewrite.py" line="0" />
      <source>Painting</source>
      <translation>Pintando</translation>
    </message>
    <message>
      <location filename="../../studio/core/assets/table.py" line="0" />
      <source>Painting in a style</source>
      <translation>Pintar en un estilo</translation>
    </message>
    <message>
      <location filename="../../studio/engine/training/train.py" line="0" />
      <source>Painting pictures of the class</source>
      <translation>Pintando imágenes de la clase</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/first_models.py" line="0" />
      <source>Paintings and photographs at 512 pixels, also without a graphics card. Everything in Lienzo works with it.</source>
      <translation>Pinturas y fotografías a 512 píxeles, también sin tarjeta gráfica. Todo en Lienzo funciona con él.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/styles.py" line="0" />
      <source>Pale watercolour</source>
      <translation>Acuarela pálida</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/styles.py" line="0" />
      <source>Paper cutout</source>
      <translation>Papel recortado</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/guidance.py" line="0" />
      <source>Part of the steps after which guidance ends. Steps without it take half the time.</source>
      <translation>Parte de los pasos tras la que acaba la guía. Los pasos sin ella tardan la mitad.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/steering.py" line="0" />
      <source>Part of the steps after which steering ends; later it only adds texture.</source>
      <translation>Parte de los pasos tras la cual termina la dirección; después solo añade textura.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/guidance.py" line="0" />
      <source>Part of the steps before guidance begins; more gives more variety.</source>
      <translation>Parte de los pasos antes de que empiece la guía; cuanto mayor, más variedad.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/steering.py" line="0" />
      <source>Part of the steps before steering: no judge sees anything in pure noise.</source>
      <translation>Parte de los pasos antes de dirigir: ningún juez ve nada en el ruido puro.</translation>
    </message>
    <message>
      <location filename="../../studio/document/blend.py" line="0" />
      <source>Pass through</source>
      <translation>Atravesar</translation>
    </message>
    <message>
      <location filename="../../studio/ui/documents/clipboard.py" line="0" />
      <source>Paste</source>
      <translation>Pegar</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/photo_tools.py" line="0" />
      <source>Patches</source>
      <translation>Parches</translation>
    </message>
    <message>
      <location filename="../../studio/cli/models.py" line="0" />
      <source>Paused.</source>
      <translation>En pausa.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/guidance.py" line="0" />
      <source>Perturbation scale</source>
      <translation>Escala de la perturbación</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/guidance.py" line="0" />
      <source>Perturbed attention</source>
      <translation>Atención perturbada</translation>
    </message>
    <message>
      <location filename="../../studio/document/adjustments/photo_filter.py" line="0" />
      <source>Photo filter</source>
      <translation>Filtro de fotografía</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/first_models.py" line="0" />
      <source>Photographs at 1024 pixels. Most LoRAs and ControlNets are made for this family.</source>
      <translation>Fotografías a 1024 píxeles. La mayoría de los LoRA y ControlNet se hacen para esta familia.</translation>
    </message>
    <message>
      <location filename="../../studio/tools/registry.py" line="0" />
      <source>Pick a colour from the picture.</source>
      <translation>Toma un color de la imagen.</translation>
    </message>
    <message>
      <location filename="../../studio/document/operations.py" line="0" />
      <source>Pick a group, or make one.</source>
      <translation>Elige un grupo, o crea uno.</translation>
    </message>
    <message>
      <location filename="../../studio/document/fill.py" line="0" />
      <location filename="../../studio/tools/brush.py" line="0" />
      <source>Pick a layer inside it, or add a layer.</source>
      <translation>Elige una capa de dentro, o añade una capa.</translation>
    </message>
    <message>
      <location filename="../../studio/edit/enlarging.py" line="0" />
      <source>Pick a layer with pixels, or scale the whole picture.</source>
      <translation>Elige una capa con píxeles o escala toda la imagen.</translation>
    </message>
    <message>
      <location filename="../../studio/document/adjust_pixels.py" line="0" />
      <location filename="../../studio/edit/cutouts.py" line="0" />
      <source>Pick a layer with pixels.</source>
      <translation>Elige una capa con píxeles.</translation>
    </message>
    <message>
      <location filename="../../studio/document/canvas.py" line="0" />
      <source>Pick a part that lies on the canvas.</source>
      <translation>Elige una parte que esté sobre el lienzo.</translation>
    </message>
    <message>
      <location filename="../../studio/tools/clone.py" line="0" />
      <source>Pick another layer, or a new layer.</source>
      <translation>Elija otra capa o una capa nueva.</translation>
    </message>
    <message>
      <location filename="../../studio/tools/pose_actions.py" line="0" />
      <source>Pick another one on the canvas.</source>
      <translation>Elige otra en el lienzo.</translation>
    </message>
    <message>
      <location filename="../../studio/document/operations.py" line="0" />
      <source>Pick another place for it.</source>
      <translation>Elige otro lugar para él.</translation>
    </message>
    <message>
      <location filename="../../studio/edit/object_targets.py" line="0" />
      <location filename="../../studio/ui/commands/edit_commands.py" line="0" />
      <location filename="../../studio/ui/documents/clipboard.py" line="0" />
      <location filename="../../studio/ui/layers/layer_commands.py" line="0" />
      <location filename="../../studio/ui/prompt/reference_sources.py" line="0" />
      <location filename="../../studio/ui/training/photo_sources.py" line="0" />
      <source>Pick one in the layers panel.</source>
      <translation>Elige una en el panel de capas.</translation>
    </message>
    <message>
      <location filename="../../studio/document/several.py" line="0" />
      <source>Pick several layers first.</source>
      <translation>Elige antes varias capas.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/layers/layer_commands.py" line="0" />
      <source>Pick such a layer first.</source>
      <translation>Elige antes una capa así.</translation>
    </message>
    <message>
      <location filename="../../studio/tools/move.py" line="0" />
      <source>Pick the layer to move in the layers panel.</source>
      <translation>Elige en el panel de capas la capa que quieres mover.</translation>
    </message>
    <message>
      <location filename="../../studio/tools/brush.py" line="0" />
      <source>Pick the layer to paint on, or add one.</source>
      <translation>Elige la capa en la que quieres pintar, o añade una.</translation>
    </message>
    <message>
      <location filename="../../studio/edit/cutouts.py" line="0" />
      <source>Pick the layer whose background should go.</source>
      <translation>Elige la capa cuyo fondo deba desaparecer.</translation>
    </message>
    <message>
      <location filename="../../studio/document/blend.py" line="0" />
      <source>Pin light</source>
      <translation>Luz focal</translation>
    </message>
    <message>
      <location filename="../../studio/document/kinds.py" line="0" />
      <source>Pixels</source>
      <translation>Píxeles</translation>
    </message>
    <message>
      <location filename="../../studio/core/limits.py" line="0" />
      <source>Pixels per inch</source>
      <translation>Píxeles por pulgada</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/stable_diffusion_xl.py" line="0" />
      <source>Pixels that were cut off at this edge of the training photo that the picture is to resemble. 0 keeps the subject in the middle.</source>
      <translation>Píxeles recortados en este borde de la foto de entrenamiento a la que debe parecerse la imagen. 0 mantiene el motivo en el centro.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/documents/files.py" line="0" />
      <source>Place</source>
      <translation>Colocar</translation>
    </message>
    <message>
      <location filename="../../studio/ui/prompt/region_sources.py" line="0" />
      <source>Place of a region</source>
      <translation>Lugar de una región</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/controls.py" line="0" />
      <location filename="../../studio/tools/registry.py" line="0" />
      <source>Pose</source>
      <translation>Pose</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/detectors.py" line="0" />
      <source>Pose (OpenPose)</source>
      <translation>Pose (OpenPose)</translation>
    </message>
    <message>
      <location filename="../../studio/core/assets/table.py" line="0" />
      <source>Poses of people in photos</source>
      <translation>Poses de personas en fotos</translation>
    </message>
    <message>
      <location filename="../../studio/document/adjustments/posterise.py" line="0" />
      <source>Posterise</source>
      <translation>Posterizar</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/photo_tools.py" line="0" />
      <source>Preview</source>
      <translation>Vista previa</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/styles.py" line="0" />
      <source>Primary colours</source>
      <translation>Colores primarios</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/guidance.py" line="0" />
      <source>Projected: largest length</source>
      <translation>Proyectada: longitud máxima</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/guidance.py" line="0" />
      <source>Projected: momentum</source>
      <translation>Proyectada: inercia</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/guidance.py" line="0" />
      <source>Projected: parallel part</source>
      <translation>Proyectada: parte paralela</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/photo_tools.py" line="0" />
      <location filename="../../studio/session/batch.py" line="0" />
      <source>Prompt</source>
      <translation>Prompt</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/metadata_choice.py" line="0" />
      <source>Prompts and their settings, and all that the opened file says.</source>
      <translation>Los prompts con sus ajustes y todo lo que dice el archivo abierto.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/recognise/shards.py" line="0" />
      <source>Put all of them into one folder.</source>
      <translation>Ponlos todos en una misma carpeta.</translation>
    </message>
    <message>
      <location filename="../../studio/session/training_plans.py" line="0" />
      <source>Put it back where it was, or discard the training and teach {name} again.</source>
      <translation>Devuélvela a su sitio o abandona el entrenamiento y enseña {name} de nuevo.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/single/model_file.py" line="0" />
      <source>Put it beside the file, or into these folders beside or above: {files}.</source>
      <translation>Póngalo junto al archivo, o en estas carpetas junto a él o por encima: {files}.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/encoder_vocabulary.py" line="0" />
      <source>Put its tokenizer.model or tokenizer.json beside it, or take the file made for ComfyUI, which has the tokenizer inside.</source>
      <translation>Pon su tokenizer.model o tokenizer.json al lado, o usa el archivo hecho para ComfyUI, que lleva el tokenizador dentro.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/kandinsky.py" line="0" />
      <source>Put the folder kandinsky-2-2-prior beside it.</source>
      <translation>Pon la carpeta kandinsky-2-2-prior junto a él.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/references.py" line="0" />
      <source>Put the image encoder that belongs to it into {folder}.</source>
      <translation>Pon en {folder} el codificador de imagen que le corresponde.</translation>
    </message>
    <message>
      <location filename="../../studio/document/new_document.py" line="0" />
      <source>QHD screen</source>
      <translation>Pantalla QHD</translation>
    </message>
    <message>
      <location filename="../../studio/core/limits.py" line="0" />
      <source>Quality</source>
      <translation>Calidad</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/recognise/parts.py" line="0" />
      <source>Qwen-Image VAE</source>
      <translation>VAE de Qwen-Image</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/qwen_image.py" line="0" />
      <source>Qwen-Image-Edit changes a picture. Choose Qwen-Image for a new one.</source>
      <translation>Qwen-Image-Edit cambia una imagen. Elija Qwen-Image para una nueva.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/recognise/parts.py" line="0" />
      <source>Qwen2.5-VL text encoder (3B)</source>
      <translation>codificador de texto Qwen2.5-VL (3B)</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/recognise/parts.py" line="0" />
      <source>Qwen2.5-VL text encoder (7B)</source>
      <translation>codificador de texto Qwen2.5-VL (7B)</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/recognise/parts.py" line="0" />
      <source>Qwen3 text encoder (0.6B)</source>
      <translation>codificador de texto Qwen3 (0.6B)</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/recognise/parts.py" line="0" />
      <source>Qwen3 text encoder (1.7B)</source>
      <translation>codificador de texto Qwen3 (1.7B)</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/recognise/parts.py" line="0" />
      <source>Qwen3 text encoder (4B)</source>
      <translation>codificador de texto Qwen3 (4B)</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/recognise/parts.py" line="0" />
      <source>Qwen3 text encoder (8B)</source>
      <translation>codificador de texto Qwen3 (8B)</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/recognise/parts.py" line="0" />
      <source>Qwen3-VL text encoder (4B)</source>
      <translation>codificador de texto Qwen3-VL (4B)</translation>
    </message>
    <message>
      <location filename="../../studio/ui/layers/layer_commands.py" line="0" />
      <source>Raise layer</source>
      <translation>Subir capa</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/first_fetch.py" line="0" />
      <source>Read it first: {page}</source>
      <translation>Léala antes: {page}</translation>
    </message>
    <message>
      <location filename="../../studio/cli/models.py" line="0" />
      <source>Read it, then run: lienzo models --get {id} --accept-licence</source>
      <translation>Léala y ejecute: lienzo models --get {id} --accept-licence</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/hashes.py" line="0" />
      <source>Reading the checksum of the model's files</source>
      <translation>Leyendo la suma de comprobación de los archivos del modelo</translation>
    </message>
    <message>
      <location filename="../../studio/document/io/psd_read.py" line="0" />
      <source>Reading the file</source>
      <translation>Leyendo el archivo</translation>
    </message>
    <message>
      <location filename="../../studio/document/io/jpeg.py" line="0" />
      <location filename="../../studio/document/io/ora_write.py" line="0" />
      <location filename="../../studio/document/io/png.py" line="0" />
      <location filename="../../studio/document/io/psd_write.py" line="0" />
      <location filename="../../studio/document/io/webp.py" line="0" />
      <source>Reading the file back</source>
      <translation>Comprobando el archivo</translation>
    </message>
    <message>
      <location filename="../../studio/document/io/ora_layers.py" line="0" />
      <location filename="../../studio/document/io/psd_read.py" line="0" />
      <source>Reading the layers</source>
      <translation>Leyendo las capas</translation>
    </message>
    <message>
      <location filename="../../studio/engine/training/data.py" line="0" />
      <location filename="../../studio/session/photos.py" line="0" />
      <location filename="../../studio/session/training_plans.py" line="0" />
      <location filename="../../studio/ui/training/photo_row.py" line="0" />
      <source>Reading the photos</source>
      <translation>Leyendo las fotos</translation>
    </message>
    <message>
      <location filename="../../studio/document/io/pictures.py" line="0" />
      <location filename="../../studio/engine/latent_diffusion/job.py" line="0" />
      <location filename="../../studio/engine/rewrite/job.py" line="0" />
      <source>Reading the picture</source>
      <translation>Leyendo la imagen</translation>
    </message>
    <message>
      <location filename="../../studio/engine/adapters/regional.py" line="0" />
      <location filename="../../studio/engine/latent_diffusion/job.py" line="0" />
      <location filename="../../studio/engine/pipelines/running.py" line="0" />
      <location filename="../../studio/engine/rewrite/job.py" line="0" />
      <source>Reading the prompt</source>
      <translation>Leyendo el prompt</translation>
    </message>
    <message>
      <location filename="../../studio/engine/adapters/reference.py" line="0" />
      <source>Reading the reference</source>
      <translation>Leyendo la referencia</translation>
    </message>
    <message>
      <location filename="../../studio/tools/registry.py" line="0" />
      <location filename="../../studio/tools/select.py" line="0" />
      <location filename="../../studio/ui/layers/layer_commands.py" line="0" />
      <source>Rectangle selection</source>
      <translation>Selección rectangular</translation>
    </message>
    <message>
      <location filename="../../studio/document/adjustments/curves.py" line="0" />
      <source>Red</source>
      <translation>Rojo</translation>
    </message>
    <message>
      <location filename="../../studio/document/adjustments/table.py" line="0" />
      <source>Reds</source>
      <translation>Rojos</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/one_step.py" line="0" />
      <source>Reference pictures steer the steps of a diffusion model; this one has a single step.</source>
      <translation>Las imágenes de referencia guían los pasos de un modelo de difusión; este tiene un solo paso.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/amused.py" line="0" />
      <location filename="../../studio/catalog/families/dall_e.py" line="0" />
      <source>Reference pictures steer the steps of a diffusion model; this one has tokens instead.</source>
      <translation>Las imágenes de referencia guían los pasos de un modelo de difusión; este tiene tokens en su lugar.</translation>
    </message>
    <message>
      <location filename="../../studio/tools/registry.py" line="0" />
      <source>Refine edge</source>
      <translation>Refinar borde</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/photo_tools.py" line="0" />
      <location filename="../../studio/session/photo/matte.py" line="0" />
      <source>Refine the edge</source>
      <translation>Afinar el borde</translation>
    </message>
    <message>
      <location filename="../../studio/engine/photo/lift.py" line="0" />
      <location filename="../../studio/engine/photo/matte.py" line="0" />
      <location filename="../../studio/engine/photo/subject.py" line="0" />
      <source>Refining the edge</source>
      <translation>Refinando el borde</translation>
    </message>
    <message>
      <location filename="../../studio/tools/registry.py" line="0" />
      <source>Region fill</source>
      <translation>Rellenar regiones</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/dall_e.py" line="0" />
      <source>Region prompts mix predictions of noise; this model draws tokens. Fill each place with a prompt of its own.</source>
      <translation>Los prompts de zona mezclan predicciones de ruido; este modelo dibuja tokens. Rellena cada lugar con su propio prompt.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/one_step.py" line="0" />
      <source>Region prompts mix predictions of noise; this model makes none.</source>
      <translation>Los textos por zonas mezclan predicciones de ruido; este modelo no hace ninguna.</translation>
    </message>
    <message>
      <location filename="../../studio/session/session.py" line="0" />
      <source>Remake layer</source>
      <translation>Rehacer capa</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/photo_tools.py" line="0" />
      <location filename="../../studio/cli/remove.py" line="0" />
      <location filename="../../studio/tools/registry.py" line="0" />
      <source>Remove</source>
      <translation>Quitar</translation>
    </message>
    <message>
      <location filename="../../studio/session/batch.py" line="0" />
      <location filename="../../studio/session/photo/subject.py" line="0" />
      <source>Remove background</source>
      <translation>Quitar el fondo</translation>
    </message>
    <message>
      <location filename="../../studio/tools/pose_actions.py" line="0" />
      <source>Remove figure</source>
      <translation>Quitar figura</translation>
    </message>
    <message>
      <location filename="../../studio/session/photo/matte.py" line="0" />
      <source>Remove the background again.</source>
      <translation>Quita otra vez el fondo.</translation>
    </message>
    <message>
      <location filename="../../studio/core/assets/table.py" line="0" />
      <source>Remove, and filling what was lifted</source>
      <translation>Quitar, y rellenar lo que se levantó</translation>
    </message>
    <message>
      <location filename="../../studio/ui/layers/layer_commands.py" line="0" />
      <source>Rename layer</source>
      <translation>Renombrar capa</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/packs.py" line="0" />
      <source>Rename one of them.</source>
      <translation>Cambie el nombre de uno de ellos.</translation>
    </message>
    <message>
      <location filename="../../studio/cli/subjects.py" line="0" />
      <source>Repeat that command to continue it, or add --again to start over.</source>
      <translation>Repite esa orden para que siga, o añade --again para empezar de nuevo.</translation>
    </message>
    <message>
      <location filename="../../studio/edit/request.py" line="0" />
      <source>Replace</source>
      <translation>Cambiar</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/dream.py" line="0" />
      <source>Replace begins with the photo, Fill with noise in the mask.</source>
      <translation>Reemplazar empieza con la foto; Rellenar, con ruido en la máscara.</translation>
    </message>
    <message>
      <location filename="../../studio/core/limits.py" line="0" />
      <source>Resolution</source>
      <translation>Resolución</translation>
    </message>
    <message>
      <location filename="../../studio/session/training_plans.py" line="0" />
      <source>Restore the photo, or discard the training and teach {name} again.</source>
      <translation>Deja la foto como estaba o abandona el entrenamiento y enseña {name} de nuevo.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/photo_tools.py" line="0" />
      <source>Result</source>
      <translation>Resultado</translation>
    </message>
    <message>
      <location filename="../../studio/session/landing.py" line="0" />
      <source>Results that cannot be read were left out ({count}).</source>
      <translation>Se omitieron los resultados que no se pueden leer ({count}).</translation>
    </message>
    <message>
      <location filename="../../studio/document/adjustments/gradient_map.py" line="0" />
      <source>Reversed</source>
      <translation>Invertido</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/recognise/opening.py" line="0" />
      <source>Run git lfs pull in its folder, or download the file from its page.</source>
      <translation>Ejecuta git lfs pull en su carpeta o descarga el archivo desde su página.</translation>
    </message>
    <message>
      <location filename="../../studio/engine/photo/style_network.py" line="0" />
      <source>Run lienzo assets verify.</source>
      <translation>Ejecute lienzo assets verify.</translation>
    </message>
    <message>
      <location filename="../../studio/cli/forecasting.py" line="0" />
      <source>Run one; the next forecast goes by what it took.</source>
      <translation>Haz una; la siguiente previsión se basará en lo que haya tardado.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/settings.py" line="0" />
      <source>Sampler</source>
      <translation>Sampler</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/settings.py" line="0" />
      <source>Sampling steps: more steps take longer</source>
      <translation>Pasos de muestreo: con más se tarda más</translation>
    </message>
    <message>
      <location filename="../../studio/document/adjustments/hue.py" line="0" />
      <location filename="../../studio/document/adjustments/vibrance.py" line="0" />
      <location filename="../../studio/document/blend.py" line="0" />
      <source>Saturation</source>
      <translation>Saturación</translation>
    </message>
    <message>
      <location filename="../../studio/session/session.py" line="0" />
      <source>Save</source>
      <translation>Guardar</translation>
    </message>
    <message>
      <location filename="../../studio/document/io/common.py" line="0" />
      <source>Save as PNG, JPEG or WebP.</source>
      <translation>Guarda como PNG, JPEG o WebP.</translation>
    </message>
    <message>
      <location filename="../../studio/document/io/webp.py" line="0" />
      <source>Save as PNG, or make the canvas smaller first.</source>
      <translation>Guarda como PNG, o reduce antes el lienzo.</translation>
    </message>
    <message>
      <location filename="../../studio/document/io/psd_write.py" line="0" />
      <source>Save it as OpenRaster (.ora) instead.</source>
      <translation>Guárdalo mejor como OpenRaster (.ora).</translation>
    </message>
    <message>
      <location filename="../../studio/document/io/ora_read.py" line="0" />
      <source>Save it as OpenRaster, Photoshop or PNG in the program that made it.</source>
      <translation>Guárdalo como OpenRaster, Photoshop o PNG en el programa que lo creó.</translation>
    </message>
    <message>
      <location filename="../../studio/document/io/common.py" line="0" />
      <source>Save it as PNG in the program that made it.</source>
      <translation>Guárdalo como PNG en el programa que lo hizo.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/prompt/reference_sources.py" line="0" />
      <location filename="../../studio/ui/training/photo_sources.py" line="0" />
      <source>Save it as a file first: Lienzo opens no connection.</source>
      <translation>Guárdala antes como archivo: Lienzo no abre ninguna conexión.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/documents/files.py" line="0" />
      <source>Save it first.</source>
      <translation>Guárdalo primero.</translation>
    </message>
    <message>
      <location filename="../../studio/core/atomic.py" line="0" />
      <source>Save to a folder of your own; the file on disk has not changed.</source>
      <translation>Guarda en una carpeta tuya; el archivo del disco sigue como estaba.</translation>
    </message>
    <message>
      <location filename="../../studio/document/io/common.py" line="0" />
      <source>Save to another folder or disk.</source>
      <translation>Guarda en otra carpeta u otro disco.</translation>
    </message>
    <message>
      <location filename="../../studio/document/io/formats.py" line="0" />
      <source>Saved</source>
      <translation>Guardado</translation>
    </message>
    <message>
      <location filename="../../studio/session/batch.py" line="0" />
      <source>Scale</source>
      <translation>Escala</translation>
    </message>
    <message>
      <location filename="../../studio/tools/pose_actions.py" line="0" />
      <source>Scale figure</source>
      <translation>Escalar figura</translation>
    </message>
    <message>
      <location filename="../../studio/tools/pose.py" line="0" />
      <location filename="../../studio/tools/pose_actions.py" line="0" />
      <source>Scale limb</source>
      <translation>Escalar extremidad</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/settings.py" line="0" />
      <source>Schedule type</source>
      <translation>Tipo de programación</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/settings.py" line="0" />
      <source>Schedule type: how the noise levels are spaced</source>
      <translation>Tipo de programación: qué niveles de ruido tienen los pasos</translation>
    </message>
    <message>
      <location filename="../../studio/document/blend.py" line="0" />
      <source>Screen</source>
      <translation>Trama</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/controls.py" line="0" />
      <source>Scribble</source>
      <translation>Garabato</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/detectors.py" line="0" />
      <source>Scribble (HED)</source>
      <translation>Garabato (HED)</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/detectors.py" line="0" />
      <source>Scribble (PiDiNet)</source>
      <translation>Garabato (PiDiNet)</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/settings.py" line="0" />
      <location filename="../../studio/core/limits.py" line="0" />
      <location filename="../../studio/session/batch.py" line="0" />
      <source>Seed</source>
      <translation>Semilla</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/controls.py" line="0" />
      <source>Segmentation</source>
      <translation>Segmentación</translation>
    </message>
    <message>
      <location filename="../../studio/cli/demo.py" line="0" />
      <source>Select</source>
      <translation>Seleccionar</translation>
    </message>
    <message>
      <location filename="../../studio/session/requests.py" line="0" />
      <source>Select a layer with the sparkle icon.</source>
      <translation>Elige una capa con el signo del destello.</translation>
    </message>
    <message>
      <location filename="../../studio/document/canvas.py" line="0" />
      <location filename="../../studio/session/photos.py" line="0" />
      <location filename="../../studio/ui/prompt/reference_sources.py" line="0" />
      <source>Select a part first.</source>
      <translation>Selecciona antes una parte.</translation>
    </message>
    <message>
      <location filename="../../studio/document/fill.py" line="0" />
      <source>Select a part of it, or pick another layer.</source>
      <translation>Selecciona una parte de ella o elige otra capa.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/edit_commands.py" line="0" />
      <source>Select a place first, or all of the canvas.</source>
      <translation>Selecciona antes una zona o todo el lienzo.</translation>
    </message>
    <message>
      <location filename="../../studio/document/fill.py" line="0" />
      <location filename="../../studio/document/mask_edits.py" line="0" />
      <location filename="../../studio/ui/layers/layer_commands.py" line="0" />
      <source>Select a place first.</source>
      <translation>Selecciona antes un lugar.</translation>
    </message>
    <message>
      <location filename="../../studio/engine/photo/matte.py" line="0" />
      <source>Select a thing first.</source>
      <translation>Selecciona primero un objeto.</translation>
    </message>
    <message>
      <location filename="../../studio/tools/remove.py" line="0" />
      <source>Select a thing, or brush over it with the remove tool.</source>
      <translation>Seleccione un objeto o pase sobre él la herramienta Quitar.</translation>
    </message>
    <message>
      <location filename="../../studio/session/photo/matte.py" line="0" />
      <source>Select a thing, or remove the background of the layer first.</source>
      <translation>Selecciona un objeto, o quita primero el fondo de la capa.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/edit_commands.py" line="0" />
      <source>Select again</source>
      <translation>Volver a seleccionar</translation>
    </message>
    <message>
      <location filename="../../studio/ui/layers/layer_commands.py" line="0" />
      <source>Select all</source>
      <translation>Seleccionar todo</translation>
    </message>
    <message>
      <location filename="../../studio/edit/cutouts.py" line="0" />
      <source>Select another thing.</source>
      <translation>Selecciona otro objeto.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/layers/layer_commands.py" line="0" />
      <source>Select none</source>
      <translation>Quitar selección</translation>
    </message>
    <message>
      <location filename="../../studio/tools/remove.py" line="0" />
      <source>Select nothing, or paint inside the selection.</source>
      <translation>Anule la selección o pinte dentro de ella.</translation>
    </message>
    <message>
      <location filename="../../studio/engine/photo/lift.py" line="0" />
      <source>Select only the thing that should become a layer.</source>
      <translation>Selecciona solo el objeto que deba ser una capa.</translation>
    </message>
    <message>
      <location filename="../../studio/session/photo/subject.py" line="0" />
      <source>Select subject</source>
      <translation>Seleccionar el sujeto</translation>
    </message>
    <message>
      <location filename="../../studio/session/photo/matte.py" line="0" />
      <source>Select the thing again.</source>
      <translation>Selecciona otra vez el objeto.</translation>
    </message>
    <message>
      <location filename="../../studio/core/assets/table.py" line="0" />
      <source>Selecting the subject, removing the background</source>
      <translation>Seleccionar el sujeto, quitar el fondo</translation>
    </message>
    <message>
      <location filename="../../studio/ui/layers/layer_commands.py" line="0" />
      <source>Selection from mask</source>
      <translation>Selección desde la máscara</translation>
    </message>
    <message>
      <location filename="../../studio/document/adjustments/selective.py" line="0" />
      <source>Selective colour</source>
      <translation>Color selectivo</translation>
    </message>
    <message>
      <location filename="../../studio/session/picture_prompt.py" line="0" />
      <source>Settings that Lienzo does not have were left out: {names}.</source>
      <translation>Se omitieron ajustes que Lienzo no tiene: {names}.</translation>
    </message>
    <message>
      <location filename="../../studio/edit/settings.py" line="0" />
      <source>Settings that {model} does not have were left out: {names}.</source>
      <translation>Se omitieron ajustes que {model} no tiene: {names}.</translation>
    </message>
    <message>
      <location filename="../../studio/photos/photos.py" line="0" />
      <source>Several things stand out; the mask contains the most prominent. Check it.</source>
      <translation>Destacan varias cosas; la máscara contiene la más llamativa. Revísala.</translation>
    </message>
    <message>
      <location filename="../../studio/document/adjustments/table.py" line="0" />
      <source>Shadows</source>
      <translation>Sombras</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/dream.py" line="0" />
      <source>Shake the cutouts</source>
      <translation>Agitar los recortes</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/small_flux.py" line="0" />
      <source>Shift</source>
      <translation>Desplazamiento</translation>
    </message>
    <message>
      <location filename="../../studio/session/photo/remove.py" line="0" />
      <source>Show a layer with pixels, or mark another place.</source>
      <translation>Muestra una capa con píxeles o marca otro lugar.</translation>
    </message>
    <message>
      <location filename="../../studio/tools/brush.py" line="0" />
      <location filename="../../studio/tools/control_layers.py" line="0" />
      <location filename="../../studio/tools/pose_actions.py" line="0" />
      <source>Show it in the layers panel first.</source>
      <translation>Muéstrala antes en el panel de capas.</translation>
    </message>
    <message>
      <location filename="../../studio/tools/pose.py" line="0" />
      <location filename="../../studio/tools/pose_actions.py" line="0" />
      <source>Show joint</source>
      <translation>Mostrar articulación</translation>
    </message>
    <message>
      <location filename="../../studio/ui/layers/layer_commands.py" line="0" />
      <source>Show layer</source>
      <translation>Mostrar capa</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/recognise/parts.py" line="0" />
      <source>SigLIP image encoder</source>
      <translation>codificador de imágenes SigLIP</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/guidance.py" line="0" />
      <source>Skip-layer</source>
      <translation>Omisión de capas</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/styles.py" line="0" />
      <source>Sky and ochre</source>
      <translation>Cielo y ocre</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/styles.py" line="0" />
      <source>Slate and lines</source>
      <translation>Pizarra y líneas</translation>
    </message>
    <message>
      <location filename="../../studio/document/new_document.py" line="0" />
      <source>Small square</source>
      <translation>Cuadrado pequeño</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/dream.py" line="0" />
      <source>Smoothness</source>
      <translation>Suavidad</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/dall_e.py" line="0" />
      <source>So many pictures are drawn for each one that you see, and CLIP takes the one that fits the prompt best. Of fills, the one is taken to which the photo below fits best.</source>
      <translation>Se dibujan tantas imágenes por cada una que ves, y CLIP toma la que mejor encaja con el prompt. Al rellenar se toma aquella con la que mejor encaja la foto de debajo.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/settings.py" line="0" />
      <source>Soft edge inside</source>
      <translation>Borde suave hacia dentro</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/controls.py" line="0" />
      <source>Soft edges</source>
      <translation>Bordes suaves</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/detectors.py" line="0" />
      <source>Soft edges (HED)</source>
      <translation>Bordes suaves (HED)</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/detectors.py" line="0" />
      <source>Soft edges (PiDiNet)</source>
      <translation>Bordes suaves (PiDiNet)</translation>
    </message>
    <message>
      <location filename="../../studio/core/assets/table.py" line="0" />
      <source>Soft edges as a control image</source>
      <translation>Bordes suaves como imagen de control</translation>
    </message>
    <message>
      <location filename="../../studio/document/blend.py" line="0" />
      <source>Soft light</source>
      <translation>Luz suave</translation>
    </message>
    <message>
      <location filename="../../studio/document/new_document.py" line="0" />
      <source>Square</source>
      <translation>Cuadrado</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/recognise/parts.py" line="0" />
      <source>Stable Diffusion 3 VAE</source>
      <translation>VAE de Stable Diffusion 3</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/recognise/parts.py" line="0" />
      <source>Stable Diffusion VAE</source>
      <translation>VAE de Stable Diffusion</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/recognise/parts.py" line="0" />
      <source>Stable Diffusion XL VAE</source>
      <translation>VAE de Stable Diffusion XL</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/stable_unclip.py" line="0" />
      <source>Stable unCLIP makes pictures and variations of them, nothing else.</source>
      <translation>Stable unCLIP hace imágenes y variaciones de ellas, nada más.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/styles.py" line="0" />
      <source>Stained glass</source>
      <translation>Vidriera</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/steering.py" line="0" />
      <source>Steer towards</source>
      <translation>Dirigir hacia</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/steered.py" line="0" />
      <source>Steer towards something else, such as {examples}.</source>
      <translation>Dirige hacia otra cosa, como {examples}.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/steering.py" line="0" />
      <source>Steered by</source>
      <translation>Dirigido por</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/steered.py" line="0" />
      <source>Steering cannot end ({end}) before it starts ({start}).</source>
      <translation>La dirección no puede terminar ({end}) antes de empezar ({start}).</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/steering.py" line="0" />
      <source>Steering end</source>
      <translation>Fin de la dirección</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/steering.py" line="0" />
      <source>Steering start</source>
      <translation>Inicio de la dirección</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/steering.py" line="0" />
      <source>Steering strength</source>
      <translation>Fuerza de la dirección</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/settings.py" line="0" />
      <source>Step spacing</source>
      <translation>Espaciado de los pasos</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/settings.py" line="0" />
      <location filename="../../studio/core/limits.py" line="0" />
      <location filename="../../studio/session/batch.py" line="0" />
      <source>Steps</source>
      <translation>Pasos</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/karlo.py" line="0" />
      <source>Steps of enlarging</source>
      <translation>Pasos de la ampliación</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/deepfloyd_if.py" line="0" />
      <source>Steps of the later stages</source>
      <translation>Pasos de las etapas siguientes</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/prior.py" line="0" />
      <source>Steps of the prior</source>
      <translation>Pasos del prior</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/imagen.py" line="0" />
      <source>Steps of the second stage</source>
      <translation>Pasos de la segunda etapa</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/controls.py" line="0" />
      <source>Straight lines</source>
      <translation>Líneas rectas</translation>
    </message>
    <message>
      <location filename="../../studio/core/assets/table.py" line="0" />
      <source>Straight lines as a control image</source>
      <translation>Líneas rectas como imagen de control</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/prior.py" line="0" />
      <source>Strength of the words</source>
      <translation>Fuerza de las palabras</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/styles.py" line="0" />
      <source>Strokes</source>
      <translation>Trazos</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/photo_tools.py" line="0" />
      <location filename="../../studio/catalog/styles.py" line="0" />
      <source>Style</source>
      <translation>Estilo</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/references.py" line="0" />
      <source>Subject</source>
      <translation>Motivo</translation>
    </message>
    <message>
      <location filename="../../studio/document/blend.py" line="0" />
      <source>Subtract</source>
      <translation>Restar</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/settings.py" line="0" />
      <source>Surroundings seen</source>
      <translation>Entorno visible</translation>
    </message>
    <message>
      <location filename="../../studio/engine/adapters/base.py" line="0" />
      <source>Switch it off.</source>
      <translation>Desactívalo.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/layers/layer_commands.py" line="0" />
      <source>Switch layer mask</source>
      <translation>Activar o desactivar máscara de capa</translation>
    </message>
    <message>
      <location filename="../../studio/engine/pipelines/steered.py" line="0" />
      <source>Switch steering off or choose another task.</source>
      <translation>Apaga la dirección o elige otra tarea.</translation>
    </message>
    <message>
      <location filename="../../studio/engine/steering.py" line="0" />
      <source>Switch steering off, choose a smaller model, or close other programs.</source>
      <translation>Apaga la dirección, elige un modelo más pequeño o cierra otros programas.</translation>
    </message>
    <message>
      <location filename="../../studio/engine/pipelines/controls.py" line="0" />
      <source>Switch the control off, or choose one of: {tasks}.</source>
      <translation>Desactiva el control o elige una de estas: {tasks}.</translation>
    </message>
    <message>
      <location filename="../../studio/engine/pipelines/controls.py" line="0" />
      <source>Switch the others off.</source>
      <translation>Desactiva las demás.</translation>
    </message>
    <message>
      <location filename="../../studio/engine/pipelines/references.py" line="0" />
      <source>Switch the references or the controls off.</source>
      <translation>Desactiva las referencias o los controles.</translation>
    </message>
    <message>
      <location filename="../../studio/edit/training_defaults.py" line="0" />
      <source>Switch “Train the text encoder” off, or choose LoRA.</source>
      <translation>Desactiva «Entrenar el codificador de texto» o elige LoRA.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/fit.py" line="0" />
      <source>T2I-Adapter</source>
      <translation>T2I-Adapter</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/recognise/parts.py" line="0" />
      <source>T5 text encoder</source>
      <translation>codificador de texto T5</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/recognise/parts.py" line="0" />
      <source>T5-XL text encoder</source>
      <translation>codificador de texto T5-XL</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/recognise/parts.py" line="0" />
      <source>T5-base text encoder</source>
      <translation>codificador de texto T5-base</translation>
    </message>
    <message>
      <location filename="../../studio/document/adjustments/lut.py" line="0" />
      <source>Table of colours</source>
      <translation>Tabla de colores</translation>
    </message>
    <message>
      <location filename="../../studio/engine/adapters/vae.py" line="0" />
      <source>Take the others away.</source>
      <translation>Quita los demás.</translation>
    </message>
    <message>
      <location filename="../../studio/engine/families/stable_diffusion/family.py" line="0" />
      <source>Take the region prompts away, or fill the place with a mask of its own.</source>
      <translation>Quita los prompts de región o rellena el lugar con una máscara propia.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/guidance.py" line="0" />
      <source>Takes back the contrast that a high CFG scale adds; 0.7 is usual, 0 is off.</source>
      <translation>Retira el contraste que añade una escala CFG alta; lo habitual es 0,7, y 0 lo desactiva.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/styles.py" line="0" />
      <source>Takes only light and dark from the style</source>
      <translation>Toma del estilo solo lo claro y lo oscuro</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/styles.py" line="0" />
      <source>Tapestry</source>
      <translation>Tapiz</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/stable_diffusion_xl.py" line="0" />
      <source>Target height</source>
      <translation>Alto de destino</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/stable_diffusion_xl.py" line="0" />
      <source>Target width</source>
      <translation>Ancho de destino</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/subjects.py" line="0" />
      <source>Teach it again, or import its file.</source>
      <translation>Enséñalo de nuevo o importa su archivo.</translation>
    </message>
    <message>
      <location filename="../../studio/edit/subjects.py" line="0" />
      <source>Teach it in the Subjects panel, or take &lt;{name}&gt; out of the prompt.</source>
      <translation>Enséñalo en el panel Sujetos o quita &lt;{name}&gt; del prompt.</translation>
    </message>
    <message>
      <location filename="../../studio/engine/adapters/dreambooth.py" line="0" />
      <source>Teach one of them as a LoRA, or use one at a time.</source>
      <translation>Enseña uno de ellos como LoRA o úsalos uno tras otro.</translation>
    </message>
    <message>
      <location filename="../../studio/engine/adapters/dreambooth.py" line="0" />
      <source>Teach the subject again with a lower learning rate.</source>
      <translation>Enseña el sujeto de nuevo con una tasa de aprendizaje más baja.</translation>
    </message>
    <message>
      <location filename="../../studio/engine/adapters/dreambooth.py" line="0" />
      <source>Teach the subject again, or bring the file back.</source>
      <translation>Enseña el sujeto de nuevo o recupera el archivo.</translation>
    </message>
    <message>
      <location filename="../../studio/engine/training/memory.py" line="0" />
      <source>Teaching {model} needs about {need} MB of memory, and only {free} MB are free.</source>
      <translation>Enseñar a {model} necesita unos {need} MB de memoria y solo hay {free} MB libres.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/amused.py" line="0" />
      <source>Temperature</source>
      <translation>Temperatura</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/dall_e.py" line="0" />
      <source>Temperature of the tokens</source>
      <translation>Temperatura de los tokens</translation>
    </message>
    <message>
      <location filename="../../studio/edit/training_defaults.py" line="0" />
      <source>Textual inversion trains an embedding and leaves the text encoder as it is.</source>
      <translation>La inversión textual aprende una palabra y deja el codificador de texto como está.</translation>
    </message>
    <message>
      <location filename="../../studio/tools/pose_actions.py" line="0" />
      <source>That figure no longer exists.</source>
      <translation>Esa figura ya no está.</translation>
    </message>
    <message>
      <location filename="../../studio/document/io/psd_losses.py" line="0" />
      <source>The "Blend If" ranges of these layers are not kept: {layers}.</source>
      <translation>Los rangos «Fusionar si» de estas capas no se conservan: {layers}.</translation>
    </message>
    <message>
      <location filename="../../studio/engine/adapters/control.py" line="0" />
      <source>The ControlNet {path} cannot be loaded ({reason}).</source>
      <translation>El ControlNet {path} no se puede cargar ({reason}).</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/controls.py" line="0" />
      <source>The ControlNet {path} has no mode for {kind}.</source>
      <translation>El ControlNet {path} no tiene ningún modo para {kind}.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/controls.py" line="0" />
      <source>The ControlNet {path} is not a safetensors file; other formats could run code.</source>
      <translation>El ControlNet {path} no es un archivo safetensors, y otros podrían ejecutar código.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/fit.py" line="0" />
      <source>The ControlNet {path} was made for {theirs}; the model {model} is of the kind {ours}.</source>
      <translation>El ControlNet {path} se hizo para {theirs}; el modelo {model} es del tipo {ours}.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/controls.py" line="0" />
      <location filename="../../studio/catalog/transformer_controls.py" line="0" />
      <source>The ControlNet {path} was not made for models like {model} ({reason}).</source>
      <translation>El ControlNet {path} no se hizo para modelos como {model} ({reason}).</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/z_image.py" line="0" />
      <source>The ControlNets of Z-Image come in a layout that Lienzo does not read yet.</source>
      <translation>Los ControlNet de Z-Image vienen en un formato que Lienzo todavía no lee.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/recognise/gguf_header.py" line="0" />
      <source>The GGUF file {path} has the version {version}, which Lienzo cannot read.</source>
      <translation>El archivo GGUF {path} es de la versión {version}, que Lienzo no puede leer.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/recognise/gguf_header.py" line="0" />
      <source>The GGUF file {path} is damaged or was not copied completely ({reason}).</source>
      <translation>El archivo GGUF {path} está dañado o no se copió entero ({reason}).</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/references.py" line="0" />
      <source>The IP-Adapter in {path} was not made for faces.</source>
      <translation>El IP-Adapter de {path} no se hizo para caras.</translation>
    </message>
    <message>
      <location filename="../../studio/engine/adapters/reference.py" line="0" />
      <source>The IP-Adapter {path} cannot be loaded ({reason}).</source>
      <translation>El IP-Adapter {path} no se puede cargar ({reason}).</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/references.py" line="0" />
      <source>The IP-Adapter {path} is of a kind that Lienzo cannot run.</source>
      <translation>El IP-Adapter {path} es de un tipo que Lienzo no puede usar.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/fit.py" line="0" />
      <source>The IP-Adapter {path} was made for {theirs}; the model {model} is of the kind {ours}.</source>
      <translation>El IP-Adapter {path} se hizo para {theirs}; el modelo {model} es del tipo {ours}.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/references.py" line="0" />
      <location filename="../../studio/catalog/transformer_references.py" line="0" />
      <source>The IP-Adapter {path} was not made for models like {model} ({reason}).</source>
      <translation>El IP-Adapter {path} no se hizo para modelos como {model} ({reason}).</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/references.py" line="0" />
      <source>The IP-Adapter {path} was not made for the image encoder beside it ({reason}).</source>
      <translation>El IP-Adapter {path} no se hizo para el codificador de imagen que tiene al lado ({reason}).</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/flux.py" line="0" />
      <source>The IP-Adapters of Flux.1 carry the whole subject of a picture. Choose Subject.</source>
      <translation>Los IP-Adapter de Flux.1 llevan el motivo entero de una imagen. Elige Motivo.</translation>
    </message>
    <message>
      <location filename="../../studio/document/io/side_data.py" line="0" />
      <source>The IPTC data of {name} is damaged and was left out.</source>
      <translation>Los datos IPTC de {name} están dañados y se omitieron.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/kandinsky.py" line="0" />
      <source>The Kandinsky decoder {path} has no prior, which reads the prompt.</source>
      <translation>El decodificador de Kandinsky {path} no tiene prior, que es el que lee el prompt.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/lora_files.py" line="0" />
      <source>The LoRA {path} does not fit this model ({reason}).</source>
      <translation>La LoRA {path} no encaja con este modelo ({reason}).</translation>
    </message>
    <message>
      <location filename="../../studio/engine/pipelines/lora.py" line="0" />
      <source>The LoRA {path} does not fit {model}: it was made for another kind of model.</source>
      <translation>El LoRA {path} no corresponde a {model}: se hizo para otro tipo de modelo.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/lora_files.py" line="0" />
      <source>The LoRA {path} is incomplete: a factor of {name} is missing.</source>
      <translation>El LoRA {path} está incompleto: falta un factor de {name}.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/fit.py" line="0" />
      <location filename="../../studio/catalog/lora_files.py" line="0" />
      <source>The LoRA {path} was made for {theirs}; the model {model} is of the kind {ours}.</source>
      <translation>El LoRA {path} se hizo para {theirs}; el modelo {model} es del tipo {ours}.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/fit.py" line="0" />
      <source>The T2I-Adapter {path} was made for {theirs}; the model {model} is of the kind {ours}.</source>
      <translation>El T2I-Adapter {path} se hizo para {theirs}; el modelo {model} es del tipo {ours}.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/first_models.py" line="0" />
      <source>The VAE of FLUX.2 klein 4B.</source>
      <translation>El VAE de FLUX.2 klein 4B.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/first_models.py" line="0" />
      <source>The VAE of Z-Image Turbo.</source>
      <translation>El VAE de Z-Image Turbo.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/vae_files.py" line="0" />
      <source>The VAE {path} does not fit the model {model}: its latents are of another kind ({theirs}, {ours}).</source>
      <translation>El VAE {path} no sirve para el modelo {model}: sus latentes son de otro tipo ({theirs}, {ours}).</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/fit.py" line="0" />
      <source>The VAE {path} was made for {theirs}; the model {model} is of the kind {ours}.</source>
      <translation>El VAE {path} se hizo para {theirs}; el modelo {model} es del tipo {ours}.</translation>
    </message>
    <message>
      <location filename="../../studio/document/io/outgoing.py" line="0" />
      <source>The XMP data is too long for a JPEG and is left out.</source>
      <translation>Los datos XMP son demasiado largos para un JPEG y se omiten.</translation>
    </message>
    <message>
      <location filename="../../studio/document/io/side_data.py" line="0" />
      <source>The XMP data of {name} is damaged and was left out.</source>
      <translation>Los datos XMP de {name} están dañados y se omitieron.</translation>
    </message>
    <message>
      <location filename="../../studio/document/mask_edits.py" line="0" />
      <source>The active layer has no layer mask.</source>
      <translation>La capa activa no tiene máscara de capa.</translation>
    </message>
    <message>
      <location filename="../../studio/edit/enlarging.py" line="0" />
      <source>The active layer has no picture whose selected part could be scaled.</source>
      <translation>La capa activa no tiene una imagen cuya parte seleccionada se pueda escalar.</translation>
    </message>
    <message>
      <location filename="../../studio/document/adjust_pixels.py" line="0" />
      <source>The active layer has no pixels.</source>
      <translation>La capa activa no tiene píxeles.</translation>
    </message>
    <message>
      <location filename="../../studio/engine/validation.py" line="0" />
      <source>The area to paint is empty.</source>
      <translation>La región que hay que pintar está vacía.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/first_models.py" line="0" />
      <source>The best photographs for its size.</source>
      <translation>Las mejores fotografías para su tamaño.</translation>
    </message>
    <message>
      <location filename="../../studio/document/io/ora_layers.py" line="0" />
      <source>The blend mode "{mode}" of the layer "{layer}" is not known; it is normal now.</source>
      <translation>No se conoce el modo de fusión «{mode}» de la capa «{layer}»; ahora es normal.</translation>
    </message>
    <message>
      <location filename="../../studio/document/io/outgoing.py" line="0" />
      <source>The camera data is too long for a JPEG and is left out.</source>
      <translation>Los datos de la cámara son demasiado largos para un JPEG y se omiten.</translation>
    </message>
    <message>
      <location filename="../../studio/document/io/outgoing.py" line="0" />
      <source>The camera data is too long for a JPEG; the maker's note is left out.</source>
      <translation>Los datos de la cámara son demasiado largos para un JPEG; se omite la nota del fabricante.</translation>
    </message>
    <message>
      <location filename="../../studio/document/io/side_data.py" line="0" />
      <source>The camera data of {name} is damaged and was left out.</source>
      <translation>Los datos de la cámara de {name} están dañados y se han omitido.</translation>
    </message>
    <message>
      <location filename="../../studio/session/landing.py" line="0" />
      <source>The canvas changed while “{name}” was being made, so it does not fit.</source>
      <translation>El lienzo cambió mientras se hacía «{name}», así que no encaja.</translation>
    </message>
    <message>
      <location filename="../../studio/session/photo/subject.py" line="0" />
      <source>The canvas changed while “{name}” was running, so the result does not fit.</source>
      <translation>El lienzo cambió mientras se ejecutaba «{name}», así que el resultado no encaja.</translation>
    </message>
    <message>
      <location filename="../../studio/edit/prepare.py" line="0" />
      <source>The canvas has no empty part to extend into.</source>
      <translation>Ninguna parte del lienzo está vacía, así que no hay hacia dónde ampliar.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/card.py" line="0" />
      <source>The card {path} of the model cannot be read ({reason}).</source>
      <translation>La ficha {path} del modelo no se puede leer ({reason}).</translation>
    </message>
    <message>
      <location filename="../../studio/tools/clone.py" line="0" />
      <source>The clone stamp has no source yet.</source>
      <translation>El tampón de clonar aún no tiene origen.</translation>
    </message>
    <message>
      <location filename="../../studio/document/io/colour.py" line="0" />
      <source>The colour profile cannot be used; sRGB is assumed.</source>
      <translation>No se puede usar el perfil de color; se supone sRGB.</translation>
    </message>
    <message>
      <location filename="../../studio/document/io/colour.py" line="0" />
      <source>The colour profile does not fit the picture; sRGB is assumed.</source>
      <translation>El perfil de color no corresponde a la imagen; se supone sRGB.</translation>
    </message>
    <message>
      <location filename="../../studio/document/io/colour.py" line="0" />
      <source>The colours were converted from "{profile}" to sRGB.</source>
      <translation>Los colores se convirtieron de «{profile}» a sRGB.</translation>
    </message>
    <message>
      <location filename="../../studio/core/download/resumable.py" line="0" />
      <source>The connection ended after {done} of {all} MB of {name}.</source>
      <translation>La conexión terminó tras {done} de {all} MB de {name}.</translation>
    </message>
    <message>
      <location filename="../../studio/core/download/http_get.py" line="0" />
      <source>The connection to {host} failed ({reason}).</source>
      <translation>Ha fallado la conexión con {host} ({reason}).</translation>
    </message>
    <message>
      <location filename="../../studio/engine/validation.py" line="0" />
      <source>The control image has {found} pixels, the area to paint {wanted}.</source>
      <translation>La imagen de control tiene {found} píxeles, la zona que se pinta {wanted}.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/prompt/reference_sources.py" line="0" />
      <source>The control layer “{name}” cannot be used as a picture.</source>
      <translation>La capa de control “{name}” no es una imagen que se pueda mirar.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/controls.py" line="0" />
      <source>The control matters more</source>
      <translation>Pesa más el control</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/small_unclip.py" line="0" />
      <source>The decoder draws image embeddings; LoRAs and embeddings are made for prompts.</source>
      <translation>El decodificador dibuja representaciones de imágenes; los LoRA y los embeddings están hechos para descripciones.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/small_unclip.py" line="0" />
      <source>The decoder takes no control image. The starter model, whose UNet it uses, does.</source>
      <translation>El decodificador no admite imágenes de control. El modelo inicial, cuya UNet usa, sí.</translation>
    </message>
    <message>
      <location filename="../../studio/edit/inversions.py" line="0" />
      <source>The description of the picture is missing.</source>
      <translation>No se dice qué muestra la imagen ahora.</translation>
    </message>
    <message>
      <location filename="../../studio/core/download/resumable.py" line="0" />
      <source>The disk is full; {name} is not complete.</source>
      <translation>El disco está lleno; {name} no está completo.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/pack_install.py" line="0" />
      <source>The disk is full; {name} was not installed.</source>
      <translation>El disco está lleno; no se ha instalado {name}.</translation>
    </message>
    <message>
      <location filename="../../studio/document/io/psd_write.py" line="0" />
      <source>The document is too large for a Photoshop file, which holds 2 GB.</source>
      <translation>El documento es demasiado grande para un archivo de Photoshop, que admite 2 GB.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/recognise/opening.py" line="0" />
      <source>The download was refused. Sign in there, accept the licence and get it again.</source>
      <translation>Se rechazó la descarga. Inicia sesión allí, acepta la licencia y vuelve a descargarlo.</translation>
    </message>
    <message>
      <location filename="../../studio/document/io/psd_losses.py" line="0" />
      <source>The effects of these layers are pixels now: {layers}.</source>
      <translation>Los efectos de estas capas ahora son píxeles: {layers}.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/fit.py" line="0" />
      <location filename="../../studio/engine/adapters/textual_inversion.py" line="0" />
      <source>The embedding {path} was made for {theirs}; the model {model} is of the kind {ours}.</source>
      <translation>El embedding {path} se hizo para {theirs}; el modelo {model} es del tipo {ours}.</translation>
    </message>
    <message>
      <location filename="../../studio/engine/process/process_engine.py" line="0" />
      <source>The engine ended unexpectedly in the middle of its work ({reason}).</source>
      <translation>El motor se ha cerrado de forma inesperada en plena tarea ({reason}).</translation>
    </message>
    <message>
      <location filename="../../studio/engine/adapters/weights_file.py" line="0" />
      <source>The file itself is faulty; get another version of it.</source>
      <translation>Se dañó al crearse; consigue otra versión.</translation>
    </message>
    <message>
      <location filename="../../studio/core/atomic.py" line="0" />
      <source>The file on disk has not changed.</source>
      <translation>El archivo del disco sigue como estaba.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/encoder_vocabulary.py" line="0" />
      <location filename="../../studio/catalog/extra_paths.py" line="0" />
      <location filename="../../studio/catalog/packs.py" line="0" />
      <location filename="../../studio/catalog/recognise/opening.py" line="0" />
      <location filename="../../studio/catalog/recognise/remember.py" line="0" />
      <location filename="../../studio/catalog/single/opened.py" line="0" />
      <location filename="../../studio/engine/adapters/weights_file.py" line="0" />
      <location filename="../../studio/ui/models/models_panel.py" line="0" />
      <source>The file {path} cannot be read ({reason}).</source>
      <translation>El archivo {path} no se puede leer ({reason}).</translation>
    </message>
    <message>
      <location filename="../../studio/engine/annotators/detector_weights.py" line="0" />
      <source>The file {path} contains code as well as weights and was not opened.</source>
      <translation>El archivo {path} contiene código de programa junto a los pesos y no se abrió.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/unet.py" line="0" />
      <source>The file {path} does not fit the UNet beside it.</source>
      <translation>El archivo {path} no encaja con la UNet que lo acompaña.</translation>
    </message>
    <message>
      <location filename="../../studio/engine/adapters/weights_file.py" line="0" />
      <source>The file {path} has NaN or infinite numbers, in {name}.</source>
      <translation>El archivo {path} contiene números NaN o infinitos, en {name}.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/recognise/model_folder.py" line="0" />
      <source>The file {path} of the model cannot be read ({reason}).</source>
      <translation>No se puede leer el archivo {path} del modelo ({reason}).</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/recognise/model_folder.py" line="0" />
      <source>The file {path} of the model is missing.</source>
      <translation>Falta el archivo {path} del modelo.</translation>
    </message>
    <message>
      <location filename="../../studio/core/assets/places.py" line="0" />
      <source>The files of {name} are damaged.</source>
      <translation>Los archivos de {name} están dañados.</translation>
    </message>
    <message>
      <location filename="../../studio/session/generations/systems.py" line="0" />
      <source>The files of {name} are not there.</source>
      <translation>Faltan los archivos de {name}.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/integrity.py" line="0" />
      <source>The files of {path} cannot be restored: this is not a git clone that contains them.</source>
      <translation>Los archivos de {path} no se pueden recuperar desde aquí: no hay un clon de git que los contenga.</translation>
    </message>
    <message>
      <location filename="../../studio/document/io/psd_losses.py" line="0" />
      <source>The fill opacity or the grey profile of these layers changes their blend modes; their pixels keep how they looked: {layers}.</source>
      <translation>La opacidad de relleno o el perfil de grises de estas capas cambia sus modos de fusión; sus píxeles guardan cómo se veían: {layers}.</translation>
    </message>
    <message>
      <location filename="../../studio/session/photos.py" line="0" />
      <source>The folder {name} cannot be read ({reason}).</source>
      <translation>No se puede leer la carpeta {name} ({reason}).</translation>
    </message>
    <message>
      <location filename="../../studio/cli/batch.py" line="0" />
      <location filename="../../studio/cli/demo.py" line="0" />
      <source>The folder {path} cannot be made ({reason}).</source>
      <translation>No se puede crear la carpeta {path} ({reason}).</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/recognise/scan.py" line="0" />
      <location filename="../../studio/session/batch.py" line="0" />
      <source>The folder {path} cannot be read ({reason}).</source>
      <translation>No se puede leer la carpeta {path} ({reason}).</translation>
    </message>
    <message>
      <location filename="../../studio/session/training_plans.py" line="0" />
      <source>The folder {path} cannot be written to ({reason}).</source>
      <translation>No se puede escribir en la carpeta {path} ({reason}).</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/ladder.py" line="0" />
      <source>The graphics memory is far too small for this model, so that it ran layer by layer, which takes much longer.</source>
      <translation>La memoria gráfica es muy insuficiente para este modelo; se ha ejecutado capa por capa, lo que tarda mucho más.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/ladder.py" line="0" />
      <source>The graphics memory is too small for the whole model, so that its networks took turns.</source>
      <translation>La memoria gráfica no basta para todo el modelo; sus redes se han turnado.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/ladder.py" line="0" />
      <source>The graphics memory is too small for this model, so that it ran in parts, which takes longer.</source>
      <translation>La memoria gráfica no basta para este modelo; se ha ejecutado por partes, lo que tarda más.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/widgets/icons.py" line="0" />
      <source>The icons are missing.</source>
      <translation>Faltan los iconos.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/steered.py" line="0" />
      <source>The judge does not know {thing}.</source>
      <translation>El juez no conoce {thing}.</translation>
    </message>
    <message>
      <location filename="../../studio/session/generations/run.py" line="0" />
      <source>The judge knows nothing that this prompt names, so the quality is not measured.</source>
      <translation>El juez no conoce nada de lo que nombra este prompt, así que la calidad no se mide.</translation>
    </message>
    <message>
      <location filename="../../studio/engine/judges/judging.py" line="0" />
      <source>The judge needs pictures of one size.</source>
      <translation>El juez necesita imágenes de un mismo tamaño.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/steered.py" line="0" />
      <source>The judge of noisy latents does not know those of {model}.</source>
      <translation>El juez de latentes con ruido no conoce los de {model}.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/steering.py" line="0" />
      <source>The judge of noisy latents knows those of the starter and is fast. The other looks at the predicted picture of any model, through its decoder.</source>
      <translation>El juez de latentes con ruido conoce los del modelo inicial y es rápido. El otro mira la imagen prevista de cualquier modelo, a través de su decodificador.</translation>
    </message>
    <message>
      <location filename="../../studio/document/io/psd_losses.py" line="0" />
      <source>The knockout of these layers is not kept: {layers}.</source>
      <translation>La cobertura («knockout») de estas capas no se conserva: {layers}.</translation>
    </message>
    <message>
      <location filename="../../studio/edit/limits.py" line="0" />
      <source>The last of them can be at most {most}.</source>
      <translation>La última puede ser {most} como máximo.</translation>
    </message>
    <message>
      <location filename="../../studio/document/io/ora_layers.py" line="0" />
      <source>The layer "{layer}" is of a kind that this version does not know ({kind}); what it shows elsewhere is open.</source>
      <translation>La capa «{layer}» es de una clase que esta versión no conoce ({kind}); se ha abierto lo que muestra en otros programas.</translation>
    </message>
    <message>
      <location filename="../../studio/document/merge.py" line="0" />
      <source>The layer below has no pixels to merge with.</source>
      <translation>La capa de abajo no tiene píxeles con los que combinar.</translation>
    </message>
    <message>
      <location filename="../../studio/session/photo/subject.py" line="0" />
      <source>The layer changed while its subject was being found.</source>
      <translation>La capa cambió mientras se buscaba su sujeto.</translation>
    </message>
    <message>
      <location filename="../../studio/tools/clone.py" line="0" />
      <source>The layer has no pixels.</source>
      <translation>La capa no tiene píxeles.</translation>
    </message>
    <message>
      <location filename="../../studio/document/image_size.py" line="0" />
      <source>The layer is empty, so it has no size.</source>
      <translation>La capa está vacía, así que no tiene tamaño.</translation>
    </message>
    <message>
      <location filename="../../studio/edit/cutouts.py" line="0" />
      <source>The layer is empty.</source>
      <translation>La capa está vacía.</translation>
    </message>
    <message>
      <location filename="../../studio/tools/brush.py" line="0" />
      <location filename="../../studio/tools/control_layers.py" line="0" />
      <location filename="../../studio/tools/pose_actions.py" line="0" />
      <source>The layer is hidden.</source>
      <translation>La capa está oculta.</translation>
    </message>
    <message>
      <location filename="../../studio/document/locked.py" line="0" />
      <source>The layer is locked.</source>
      <translation>La capa está bloqueada.</translation>
    </message>
    <message>
      <location filename="../../studio/session/photo/matte.py" line="0" />
      <source>The layer mask was deleted meanwhile.</source>
      <translation>La máscara de capa se eliminó entretanto.</translation>
    </message>
    <message>
      <location filename="../../studio/edit/cutouts.py" line="0" />
      <location filename="../../studio/session/photo/style.py" line="0" />
      <source>The layer was deleted meanwhile.</source>
      <translation>La capa se ha borrado entretanto.</translation>
    </message>
    <message>
      <location filename="../../studio/session/batch.py" line="0" />
      <source>The layer {name} was made for one place of its own picture.</source>
      <translation>La capa {name} se hizo para un lugar de su propia imagen.</translation>
    </message>
    <message>
      <location filename="../../studio/session/photos.py" line="0" />
      <location filename="../../studio/ui/prompt/reference_sources.py" line="0" />
      <source>The layer “{name}” is empty.</source>
      <translation>La capa “{name}” no muestra nada.</translation>
    </message>
    <message>
      <location filename="../../studio/edit/request.py" line="0" />
      <source>The layer's pixels are untouched; type the prompt again to make a new one.</source>
      <translation>Los píxeles de la capa no han cambiado; escribe de nuevo el prompt para hacer otra.</translation>
    </message>
    <message>
      <location filename="../../studio/document/locked.py" line="0" />
      <source>The layers are locked.</source>
      <translation>Las capas están bloqueadas.</translation>
    </message>
    <message>
      <location filename="../../studio/document/io/psd_read.py" line="0" />
      <source>The layers of {name} cannot be read ({reason}); its merged picture is open.</source>
      <translation>No se pueden leer las capas de {name} ({reason}); se abrió su imagen combinada.</translation>
    </message>
    <message>
      <location filename="../../studio/engine/adapters/export.py" line="0" />
      <source>The layout {layout} has no place for {name}.</source>
      <translation>El formato {layout} no admite {name}.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/one_step.py" line="0" />
      <source>The length of the random vector against that of the training, its temperature. Low values are safe and alike, at 0 every seed gives one picture; high ones are bold.</source>
      <translation>La longitud del vector aleatorio respecto al entrenamiento, su temperatura. Los valores bajos son seguros y parecidos, con 0 todas las semillas dan una sola imagen; los altos son atrevidos.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/first_fetch.py" line="0" />
      <source>The licence of {title} has not been accepted.</source>
      <translation>No se ha aceptado la licencia de {title}.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/integrity.py" line="0" />
      <source>The list of checksums {path} cannot be read ({reason}).</source>
      <translation>La lista de sumas de comprobación {path} no se puede leer ({reason}).</translation>
    </message>
    <message>
      <location filename="../../studio/document/io/ora_read.py" line="0" />
      <source>The list of layers of {name} is missing; its pictures are open without it.</source>
      <translation>Falta la lista de capas de {name}; sus imágenes se abren sin ella.</translation>
    </message>
    <message>
      <location filename="../../studio/cli/batch.py" line="0" />
      <location filename="../../studio/session/generations/run.py" line="0" />
      <source>The log has the details.</source>
      <translation>El registro tiene los detalles.</translation>
    </message>
    <message>
      <location filename="../../studio/session/photo/remove.py" line="0" />
      <source>The marked place is large: the filling may look wrong there. Removing it in parts may look better.</source>
      <translation>El lugar marcado es grande: el relleno puede verse mal. Quitarlo por partes puede dar mejor resultado.</translation>
    </message>
    <message>
      <location filename="../../studio/engine/validation.py" line="0" />
      <source>The mask and the picture are of different sizes ({mask} and {image}).</source>
      <translation>La máscara y la imagen tienen tamaños distintos ({mask} y {image}).</translation>
    </message>
    <message>
      <location filename="../../studio/engine/photo/filling.py" line="0" />
      <source>The mask covers the whole picture, so nothing is left to fill it from.</source>
      <translation>La máscara cubre toda la imagen, así que no queda nada con qué rellenarla.</translation>
    </message>
    <message>
      <location filename="../../studio/cli/editing.py" line="0" />
      <source>The mask has {width} x {height} pixels, the photo {photo_width} x {photo_height}.</source>
      <translation>La máscara tiene {width} x {height} píxeles; la foto, {photo_width} x {photo_height}.</translation>
    </message>
    <message>
      <location filename="../../studio/document/mask_files.py" line="0" />
      <source>The mask is a photo with a transparent hole: the hole is changed, the rest is kept.</source>
      <translation>La máscara es una foto con un hueco transparente: cambia el hueco y el resto se conserva.</translation>
    </message>
    <message>
      <location filename="../../studio/document/mask_files.py" line="0" />
      <source>The mask is black and white and has transparency: its white parts are changed.</source>
      <translation>La máscara es en blanco y negro y tiene transparencia: cambian sus partes blancas.</translation>
    </message>
    <message>
      <location filename="../../studio/engine/validation.py" line="0" />
      <source>The mask is empty, so there is nothing to change.</source>
      <translation>La máscara está vacía, así que no hay nada que cambiar.</translation>
    </message>
    <message>
      <location filename="../../studio/engine/photo/remove.py" line="0" />
      <source>The mask is empty.</source>
      <translation>La máscara está vacía.</translation>
    </message>
    <message>
      <location filename="../../studio/document/mask_files.py" line="0" />
      <source>The mask is fully transparent, so its brightness is used.</source>
      <translation>La máscara es transparente por completo, así que cuenta su brillo.</translation>
    </message>
    <message>
      <location filename="../../studio/document/io/ora_read.py" line="0" />
      <source>The masks and recipes of {name} cannot be read ({reason}); its layers are open.</source>
      <translation>Las máscaras y recetas de {name} no se pueden leer ({reason}); sus capas están abiertas.</translation>
    </message>
    <message>
      <location filename="../../studio/document/io/side_data.py" line="0" />
      <source>The metadata of {name} is too large and was left out.</source>
      <translation>Los metadatos de {name} son demasiado grandes y se omitieron.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/settings.py" line="0" />
      <source>The method that turns noise into a picture</source>
      <translation>Cómo el ruido se vuelve imagen, paso a paso</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/subjects.py" line="0" />
      <source>The model also knows the word “{name}”; only &lt;{name}&gt; means the subject.</source>
      <translation>El modelo también conoce la palabra «{name}»; solo &lt;{name}&gt; se refiere al sujeto.</translation>
    </message>
    <message>
      <location filename="../../studio/engine/in_place.py" line="0" />
      <source>The model cut off {share} % at the edges; there the picture stays as it was.</source>
      <translation>El modelo cortó un {share} % en los bordes; allí la imagen queda como estaba.</translation>
    </message>
    <message>
      <location filename="../../studio/cli/editing.py" line="0" />
      <source>The model does not know the word “{word}”.</source>
      <translation>El modelo no conoce la palabra «{word}».</translation>
    </message>
    <message>
      <location filename="../../studio/cli/editing.py" line="0" />
      <source>The model does not know the word “{word}”; did you mean “{other}”?</source>
      <translation>El modelo no conoce la palabra «{word}»; ¿querías decir «{other}»?</translation>
    </message>
    <message>
      <location filename="../../studio/engine/loading.py" line="0" />
      <source>The model file {path} cannot be loaded ({reason}).</source>
      <translation>No se puede cargar el archivo del modelo {path} ({reason}).</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/integrity.py" line="0" />
      <source>The model file {path} is damaged or missing ({count} in all).</source>
      <translation>El archivo del modelo {path} está dañado o falta ({count} en total).</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/recognise/folders.py" line="0" />
      <source>The model folder {path} has no weights of its main network ({part}).</source>
      <translation>La carpeta de modelo {path} no tiene los pesos de su red principal ({part}).</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/first_fetch.py" line="0" />
      <source>The model is there, but not {name}, which it needs. {reason}</source>
      <translation>El modelo está, pero falta {name}, que necesita. {reason}</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/deepfloyd_if.py" line="0" />
      <source>The model makes a small picture and enlarges it once or twice, each time in so many steps.</source>
      <translation>El modelo hace una imagen pequeña y la amplía una o dos veces, cada vez en ese número de pasos.</translation>
    </message>
    <message>
      <location filename="../../studio/engine/in_place.py" line="0" />
      <source>The model moved the picture by up to {pixels} pixels; it was put back in place.</source>
      <translation>El modelo movió la imagen hasta {pixels} píxeles; se devolvió a su sitio.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/references.py" line="0" />
      <source>The model {model} has no IP-Adapter, which references need.</source>
      <translation>El modelo {model} no tiene IP-Adapter, que las referencias necesitan.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/settings.py" line="0" />
      <source>The model {model} has no setting called {name}.</source>
      <translation>El modelo {model} no tiene ningún ajuste llamado {name}.</translation>
    </message>
    <message>
      <location filename="../../studio/engine/latent_diffusion/pictures.py" line="0" />
      <location filename="../../studio/engine/pipelines/route.py" line="0" />
      <source>The model {model} produced values that are not a picture (NaN).</source>
      <translation>El modelo {model} produjo números que no forman una imagen.</translation>
    </message>
    <message>
      <location filename="../../studio/session/infotext.py" line="0" />
      <source>The model {name} is not in your model folders, so the chosen one stays.</source>
      <translation>El modelo {name} no está en tus carpetas de modelos; se queda el elegido.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/recognise/model_folder.py" line="0" />
      <source>The model {path} is of a kind that Lienzo cannot run yet ({kind}).</source>
      <translation>El modelo {path} es de un tipo que Lienzo aún no sabe usar ({kind}).</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/flux.py" line="0" />
      <source>The models of Flux.1 for depth and edges take no negative prompt.</source>
      <translation>Los modelos de Flux.1 para profundidad y bordes no admiten prompt negativo.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/subjects.py" line="0" />
      <source>The name and the kind of the subject are the same word, {name}.</source>
      <translation>El nombre y la clase del sujeto son la misma palabra, {name}.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/first_fetch.py" line="0" />
      <location filename="../../studio/catalog/packs.py" line="0" />
      <location filename="../../studio/cli/assets.py" line="0" />
      <source>The names are: {names}.</source>
      <translation>Los nombres son: {names}.</translation>
    </message>
    <message>
      <location filename="../../studio/engine/latent_diffusion/running.py" line="0" />
      <source>The negative prompt has no effect at a CFG scale of 1 or less.</source>
      <translation>El prompt negativo no tiene efecto con una escala CFG de 1 o menos.</translation>
    </message>
    <message>
      <location filename="../../studio/engine/rewrite/job.py" line="0" />
      <source>The negative prompt has no effect in an edit by words.</source>
      <translation>El prompt negativo no tiene efecto en una edición por palabras.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/photo_tools.py" line="0" />
      <source>The network invents what was behind; patches copy the surroundings.</source>
      <translation>La red inventa lo que había detrás; los parches copian los alrededores.</translation>
    </message>
    <message>
      <location filename="../../studio/engine/photo/networks.py" line="0" />
      <source>The network {name} cannot be read ({reason}).</source>
      <translation>No se puede leer la red {name} ({reason}).</translation>
    </message>
    <message>
      <location filename="../../studio/retouch/subject_network.py" line="0" />
      <source>The network {name} cannot be read.</source>
      <translation>No se puede leer la red {name}.</translation>
    </message>
    <message>
      <location filename="../../studio/edit/rewrite.py" line="0" />
      <source>The next Edit by words makes it again.</source>
      <translation>Se hace otra vez con la próxima edición con palabras.</translation>
    </message>
    <message>
      <location filename="../../studio/edit/objects.py" line="0" />
      <source>The object is very large: its edge was found on a copy at 1/{factor} of the size.</source>
      <translation>El objeto es muy grande: su borde se buscó en una copia a 1/{factor} del tamaño.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/unet.py" line="0" />
      <source>The parts of the model {path} do not fit: the UNet expects text {width} wide, the text encoder makes {made}.</source>
      <translation>Las partes del modelo {path} no encajan: la UNet espera texto de ancho {width} y el codificador de texto produce {made}.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/dream.py" line="0" />
      <source>The photo</source>
      <translation>La foto</translation>
    </message>
    <message>
      <location filename="../../studio/session/training_plans.py" line="0" />
      <source>The photo {path} has changed since the training of {name} began.</source>
      <translation>La foto {path} ya no es la misma que cuando empezó el entrenamiento de {name}.</translation>
    </message>
    <message>
      <location filename="../../studio/session/training_plans.py" line="0" />
      <source>The photo {path}, used to train {name}, is missing.</source>
      <translation>Ya no está la foto {path}, de la que se aprendía {name}.</translation>
    </message>
    <message>
      <location filename="../../studio/session/photo/remove.py" line="0" />
      <source>The picture is empty there, so there is nothing to remove.</source>
      <translation>La imagen está vacía ahí, así que no hay nada que quitar.</translation>
    </message>
    <message>
      <location filename="../../studio/edit/objects.py" line="0" />
      <location filename="../../studio/engine/photo/running.py" line="0" />
      <location filename="../../studio/tools/object_pictures.py" line="0" />
      <source>The picture is empty.</source>
      <translation>La imagen está vacía.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/documents/clipboard.py" line="0" />
      <source>The picture is too large to be a layer.</source>
      <translation>La imagen es demasiado grande para ser una capa.</translation>
    </message>
    <message>
      <location filename="../../studio/engine/photo/subject.py" line="0" />
      <source>The picture is very large, so the edge was refined on a smaller copy.</source>
      <translation>La imagen es muy grande, así que el borde se refinó en una copia más pequeña.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/imagen.py" line="0" />
      <source>The picture of 32 px is enlarged to 128 px in so many steps.</source>
      <translation>La imagen de 32 px se amplía a 128 px en estos pasos.</translation>
    </message>
    <message>
      <location filename="../../studio/document/io/ora_layers.py" line="0" />
      <source>The picture of the layer "{layer}" ({source}) is missing or damaged.</source>
      <translation>La imagen de la capa «{layer}» ({source}) falta o está dañada.</translation>
    </message>
    <message>
      <location filename="../../studio/document/io/colour.py" line="0" />
      <source>The picture was CMYK and was converted to sRGB.</source>
      <translation>La imagen era CMYK y se convirtió a sRGB.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/models/models_panel.py" line="0" />
      <source>The picture {path} of the model cannot be read.</source>
      <translation>La imagen {path} del modelo no se puede leer.</translation>
    </message>
    <message>
      <location filename="../../studio/edit/enlarging.py" line="0" />
      <source>The picture's size or its layers changed while it was enlarged, so the result does not fit.</source>
      <translation>El tamaño de la imagen o sus capas cambiaron mientras se ampliaba, así que el resultado no encaja.</translation>
    </message>
    <message>
      <location filename="../../studio/cli/select.py" line="0" />
      <source>The place is outside the picture, which has {width} x {height} pixels.</source>
      <translation>El lugar está fuera de la imagen, que tiene {width} x {height} píxeles.</translation>
    </message>
    <message>
      <location filename="../../studio/session/training_plans.py" line="0" />
      <source>The plan of the training in {path} cannot be read ({reason}).</source>
      <translation>No se puede leer lo que pretendía el entrenamiento de {path} ({reason}).</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/stable_unclip.py" line="0" />
      <source>The prior is missing; it is the folder karlo-v1-alpha beside it.</source>
      <translation>Falta el prior; es la carpeta karlo-v1-alpha al lado.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/small_unclip.py" line="0" />
      <source>The prior makes so many image embeddings, and the one nearest to the prompt is drawn; 2 are the paper's.</source>
      <translation>El prior hace tantas representaciones de imagen, y se dibuja la más cercana a la descripción; 2 son las del artículo.</translation>
    </message>
    <message>
      <location filename="../../studio/engine/latent_diffusion/job.py" line="0" />
      <location filename="../../studio/engine/pipelines/running.py" line="0" />
      <source>The prompt is empty, so the model used only the surroundings.</source>
      <translation>El prompt está vacío, así que el modelo se guio solo por lo que hay alrededor.</translation>
    </message>
    <message>
      <location filename="../../studio/edit/inversions.py" line="0" />
      <location filename="../../studio/edit/prepare.py" line="0" />
      <location filename="../../studio/engine/validation.py" line="0" />
      <location filename="../../studio/session/batch.py" line="0" />
      <location filename="../../studio/ui/dialogs/batch_dialog.py" line="0" />
      <source>The prompt is empty.</source>
      <translation>El prompt está vacío.</translation>
    </message>
    <message>
      <location filename="../../studio/engine/pipelines/running.py" line="0" />
      <location filename="../../studio/engine/prompts.py" line="0" />
      <source>The prompt is longer than the model reads ({count} of {limit} tokens); this was left out: {dropped}</source>
      <translation>El prompt es más largo de lo que lee el modelo ({count} de {limit} tokens); se omitió: {dropped}</translation>
    </message>
    <message>
      <location filename="../../studio/document/io/outgoing.py" line="0" />
      <source>The prompt is too long for a JPEG; its end is left out.</source>
      <translation>El prompt es demasiado largo para un JPEG; se ha omitido el final.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/controls.py" line="0" />
      <source>The prompt matters more</source>
      <translation>Pesa más el prompt</translation>
    </message>
    <message>
      <location filename="../../studio/session/batch.py" line="0" />
      <source>The recipe cannot be read ({reason}).</source>
      <translation>No se puede leer la receta ({reason}).</translation>
    </message>
    <message>
      <location filename="../../studio/session/batch.py" line="0" />
      <source>The recipe has no steps.</source>
      <translation>La receta no tiene pasos.</translation>
    </message>
    <message>
      <location filename="../../studio/cli/files.py" line="0" />
      <source>The recipe of result {number} cannot be read.</source>
      <translation>La receta del resultado {number} no se puede leer.</translation>
    </message>
    <message>
      <location filename="../../studio/session/batch.py" line="0" />
      <source>The recipe {path} cannot be read ({reason}).</source>
      <translation>No se puede leer la receta {path} ({reason}).</translation>
    </message>
    <message>
      <location filename="../../studio/engine/validation.py" line="0" />
      <source>The reference is not an 8-bit colour picture.</source>
      <translation>La referencia no es una imagen en color de 8 bits.</translation>
    </message>
    <message>
      <location filename="../../studio/edit/training_defaults.py" line="0" />
      <source>The resolution must be a multiple of 8, at least {low}.</source>
      <translation>La resolución debe ser múltiplo de 8 y al menos {low}.</translation>
    </message>
    <message>
      <location filename="../../studio/document/warp.py" line="0" />
      <location filename="../../studio/retouch/matrices.py" line="0" />
      <source>The result would be too large.</source>
      <translation>El resultado sería demasiado grande.</translation>
    </message>
    <message>
      <location filename="../../studio/document/io/ora_read.py" line="0" />
      <source>The results of {name} are damaged and were left out.</source>
      <translation>Los resultados de {name} están dañados y se omitieron.</translation>
    </message>
    <message>
      <location filename="../../studio/session/batch.py" line="0" />
      <source>The results would overwrite the photos in {path}.</source>
      <translation>Los resultados sobrescribirían las fotos de {path}.</translation>
    </message>
    <message>
      <location filename="../../studio/cli/models.py" line="0" />
      <source>The same command continues where it stopped.</source>
      <translation>La misma orden continúa donde se detuvo.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/stable_diffusion_xl.py" line="0" />
      <source>The same number for the negative prompt. -1 takes the one above.</source>
      <translation>El mismo número para el prompt negativo. -1 toma el de arriba.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/settings.py" line="0" />
      <source>The same seed gives the same picture; -1 picks a new one each time</source>
      <translation>La misma semilla da la misma imagen; -1 sortea una nueva cada vez</translation>
    </message>
    <message>
      <location filename="../../studio/document/io/common.py" line="0" />
      <source>The saved file does not read back as it was written ({what}); nothing was replaced.</source>
      <translation>El archivo guardado no se lee igual que se escribió ({what}); no se ha reemplazado nada.</translation>
    </message>
    <message>
      <location filename="../../studio/edit/limits.py" line="0" />
      <source>The seed {seed} leaves no seeds for {variations} variations.</source>
      <translation>La semilla {seed} no deja semillas para {variations} variaciones.</translation>
    </message>
    <message>
      <location filename="../../studio/engine/photo/lift.py" line="0" />
      <source>The selection covers the whole picture, so there is nothing to lift it from.</source>
      <translation>La selección cubre toda la imagen, así que no hay de dónde levantarla.</translation>
    </message>
    <message>
      <location filename="../../studio/document/fill.py" line="0" />
      <source>The selection does not touch the layer.</source>
      <translation>No hay nada de la capa seleccionado.</translation>
    </message>
    <message>
      <location filename="../../studio/session/photo/matte.py" line="0" />
      <source>The selection is gone.</source>
      <translation>La selección ya no existe.</translation>
    </message>
    <message>
      <location filename="../../studio/core/download/resumable.py" line="0" />
      <source>The server's answers about {name} contradict each other.</source>
      <translation>Las respuestas del servidor sobre {name} se contradicen.</translation>
    </message>
    <message>
      <location filename="../../studio/core/settings.py" line="0" />
      <source>The settings cannot be saved ({reason}).</source>
      <translation>No se pueden guardar los ajustes ({reason}).</translation>
    </message>
    <message>
      <location filename="../../studio/engine/pipelines/embeddings.py" line="0" />
      <source>The settings for Vary have no effect on a new picture.</source>
      <translation>Los ajustes de Variar no tienen efecto en una imagen nueva.</translation>
    </message>
    <message>
      <location filename="../../studio/document/io/ora_layers.py" line="0" />
      <source>The settings of the layer "{layer}" cannot be read.</source>
      <translation>Los ajustes de la capa «{layer}» no se pueden leer.</translation>
    </message>
    <message>
      <location filename="../../studio/edit/inversions.py" line="0" />
      <source>The shares of kept attention and the mask threshold must be between 0 and 1.</source>
      <translation>Cuánto se conserva la atención y el umbral de la máscara deben estar entre 0 y 1.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/small_flux.py" line="0" />
      <source>The small Flux knows one picture of each thing, so it learns no subject. Teach the starter.</source>
      <translation>El Flux pequeño conoce una sola imagen de cada cosa, así que no aprende sujetos. Enseña al modelo inicial.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/small_flux.py" line="0" />
      <source>The small Flux was made in minutes, and nothing else was made for it. Choose the starter or a large Flux.1.</source>
      <translation>El Flux pequeño se hizo en minutos y no existe nada más para él. Elige el modelo inicial o un Flux.1 grande.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/karlo.py" line="0" />
      <source>The small picture is enlarged in so many steps; 7 is what it was made for.</source>
      <translation>La imagen pequeña se amplía en tantos pasos; se hizo para 7.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/small_unclip.py" line="0" />
      <source>The small unCLIP that ships with Lienzo is not trained further here.</source>
      <translation>El unCLIP pequeño incluido en Lienzo no se entrena más aquí.</translation>
    </message>
    <message>
      <location filename="../../studio/edit/rewrite.py" line="0" />
      <source>The stored inversion of the picture is damaged.</source>
      <translation>La inversión guardada de la imagen está dañada.</translation>
    </message>
    <message>
      <location filename="../../studio/tools/remove.py" line="0" />
      <source>The stroke is outside the selection, so nothing was marked.</source>
      <translation>El trazo está fuera de la selección, así que no se marcó nada.</translation>
    </message>
    <message>
      <location filename="../../studio/engine/photo/restyle.py" line="0" />
      <location filename="../../studio/session/photo/style.py" line="0" />
      <source>The style is that of a painting, but there is none.</source>
      <translation>El estilo es el de un cuadro, pero no hay ninguno.</translation>
    </message>
    <message>
      <location filename="../../studio/session/landing.py" line="0" />
      <source>The subject &lt;{name}&gt; is ready.</source>
      <translation>El sujeto &lt;{name}&gt; ya está aquí.</translation>
    </message>
    <message>
      <location filename="../../studio/engine/adapters/dreambooth.py" line="0" />
      <source>The subject file {path} cannot be read ({reason}).</source>
      <translation>No se puede leer el archivo de sujeto {path} ({reason}).</translation>
    </message>
    <message>
      <location filename="../../studio/engine/adapters/dreambooth.py" line="0" />
      <source>The subject file {path} has NaN or infinite numbers.</source>
      <translation>El archivo del sujeto {path} contiene números NaN o infinitos.</translation>
    </message>
    <message>
      <location filename="../../studio/engine/adapters/dreambooth.py" line="0" />
      <source>The subject file {path} was made with a model other than {model}.</source>
      <translation>El archivo de sujeto {path} se hizo con otro modelo que {model}.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/subjects.py" line="0" />
      <source>The subject has no kind.</source>
      <translation>El sujeto no tiene clase.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/training/naming_form.py" line="0" />
      <source>The subject has no name yet.</source>
      <translation>El sujeto aún no tiene nombre.</translation>
    </message>
    <message>
      <location filename="../../studio/photos/photos.py" line="0" />
      <source>The subject is small in it: {size} pixels; the model trains at {side}.</source>
      <translation>El motivo aparece pequeño: {size} píxeles, y el modelo aprende a {side}.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/subjects.py" line="0" />
      <source>The subject {name} cannot be deleted ({reason}).</source>
      <translation>No se puede eliminar el sujeto {name} ({reason}).</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/subjects.py" line="0" />
      <source>The subject {name} lacks its file {file}.</source>
      <translation>Al sujeto {name} le falta su archivo {file}.</translation>
    </message>
    <message>
      <location filename="../../studio/engine/process/process_engine.py" line="0" />
      <source>The system ended the engine in the middle of its work, most likely because memory ran out.</source>
      <translation>El sistema ha cerrado el motor en plena tarea, probablemente por falta de memoria.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/first_models.py" line="0" />
      <source>The text encoder of FLUX.2 klein 4B and of Z-Image Turbo.</source>
      <translation>El codificador de texto de FLUX.2 klein 4B y de Z-Image Turbo.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/encoder_vocabulary.py" line="0" />
      <source>The text encoder {path} has no tokenizer.</source>
      <translation>El codificador de texto {path} no tiene tokenizador.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/photo_tools.py" line="0" />
      <source>The thing</source>
      <translation>El objeto</translation>
    </message>
    <message>
      <location filename="../../studio/engine/photo/lift.py" line="0" />
      <source>The thing is large, so the place behind it may look wrong. Try Run again.</source>
      <translation>El objeto es grande, así que el lugar de detrás puede verse mal. Prueba Volver a generar.</translation>
    </message>
    <message>
      <location filename="../../studio/engine/training/words.py" line="0" />
      <source>The tokenizer has no unused rare token left for the subject.</source>
      <translation>Al modelo de texto no le queda ninguna palabra rara que pueda representar al sujeto.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/sentencepiece.py" line="0" />
      <location filename="../../studio/catalog/tokens.py" line="0" />
      <source>The tokenizer in {path} cannot be read ({reason}).</source>
      <translation>No se puede leer el tokenizador de {path} ({reason}).</translation>
    </message>
    <message>
      <location filename="../../studio/engine/training/loop.py" line="0" />
      <source>The training has diverged: its loss is not a number (step {step}).</source>
      <translation>El entrenamiento ya no tiene sentido: su pérdida no es un número (paso {step}).</translation>
    </message>
    <message>
      <location filename="../../studio/engine/training/sampling.py" line="0" />
      <source>The training has diverged: its samples are not pictures.</source>
      <translation>El entrenamiento ya no tiene sentido: lo que pinta no es una imagen.</translation>
    </message>
    <message>
      <location filename="../../studio/session/landing.py" line="0" />
      <source>The tray is full, so its oldest results were dropped ({count}).</source>
      <translation>La bandeja está llena, así que se soltaron sus resultados más antiguos ({count}).</translation>
    </message>
    <message>
      <location filename="../../studio/session/photo/words.py" line="0" />
      <source>The two pictures are alike by {percent} %.</source>
      <translation>Las dos imágenes se parecen en un {percent} %.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/transformer_controls.py" line="0" />
      <source>The union ControlNet {path} knows no {kind}.</source>
      <translation>El ControlNet conjunto {path} no conoce {kind}.</translation>
    </message>
    <message>
      <location filename="../../studio/document/io/psd_losses.py" line="0" />
      <source>The vector masks of these layers are pixels now: {layers}.</source>
      <translation>Las máscaras vectoriales de estas capas ahora son píxeles: {layers}.</translation>
    </message>
    <message>
      <location filename="../../studio/document/io/psd_losses.py" line="0" />
      <source>The vector masks of these layers cannot be drawn and were left out: {layers}.</source>
      <translation>Las máscaras vectoriales de estas capas no se pueden dibujar y se han omitido: {layers}.</translation>
    </message>
    <message>
      <location filename="../../studio/engine/adapters/added_tokens.py" line="0" />
      <source>The vectors of {word} ({found}) do not fit the text encoder ({width}).</source>
      <translation>Los vectores de {word} ({found}) no encajan en el codificador de texto ({width}).</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/recognise/gguf_header.py" line="0" />
      <location filename="../../studio/catalog/recognise/pickle_header.py" line="0" />
      <location filename="../../studio/catalog/recognise/safetensors_header.py" line="0" />
      <source>The weight file {path} cannot be read ({reason}).</source>
      <translation>No se puede leer el archivo de pesos {path} ({reason}).</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/recognise/safetensors_header.py" line="0" />
      <source>The weight file {path} has numbers in a format that Lienzo does not know ({dtype}, in {name}).</source>
      <translation>El archivo de pesos {path} tiene números en un formato que Lienzo no conoce ({dtype}, en {name}).</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/recognise/pickle_header.py" line="0" />
      <location filename="../../studio/catalog/recognise/safetensors_header.py" line="0" />
      <source>The weight file {path} is damaged or was not copied completely.</source>
      <translation>El archivo de pesos {path} está dañado o no se copió entero.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/recognise/safetensors_header.py" line="0" />
      <source>The weight file {path} is damaged: it ends after {size} of {wanted} bytes.</source>
      <translation>El archivo de pesos {path} está dañado: acaba tras {size} de {wanted} bytes.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/recognise/model_folder.py" line="0" />
      <location filename="../../studio/catalog/recognise/safetensors_header.py" line="0" />
      <source>The weight file {path} is missing.</source>
      <translation>Falta el archivo de pesos {path}.</translation>
    </message>
    <message>
      <location filename="../../studio/engine/loading.py" line="0" />
      <source>The weight file {path} lacks weights that the model needs, {name} for one.</source>
      <translation>Al archivo de pesos {path} le faltan pesos que el modelo necesita, por ejemplo {name}.</translation>
    </message>
    <message>
      <location filename="../../studio/engine/photo/encode.py" line="0" />
      <location filename="../../studio/retouch/object_masks.py" line="0" />
      <source>The weights for selecting objects cannot be read ({reason}).</source>
      <translation>No se pueden leer los pesos para seleccionar objetos ({reason}).</translation>
    </message>
    <message>
      <location filename="../../studio/engine/photo/checkpoints.py" line="0" />
      <source>The weights in {name} cannot be read ({reason}).</source>
      <translation>No se pueden leer los pesos de {name} ({reason}).</translation>
    </message>
    <message>
      <location filename="../../studio/core/assets/hed_weights.py" line="0" />
      <location filename="../../studio/core/assets/onnx_weights.py" line="0" />
      <location filename="../../studio/engine/photo/migan.py" line="0" />
      <location filename="../../studio/engine/photo/style_network.py" line="0" />
      <source>The weights in {name} cannot be read.</source>
      <translation>Los pesos de {name} no se pueden leer.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/recognise/model_folder.py" line="0" />
      <location filename="../../studio/catalog/single/model_file.py" line="0" />
      <source>The weights in {path} are Python pickles, which can run code; only safetensors files are read.</source>
      <translation>Los pesos de {path} son pickles de Python, que pueden ejecutar código; solo se leen archivos safetensors.</translation>
    </message>
    <message>
      <location filename="../../studio/engine/annotators/detector_weights.py" line="0" />
      <source>The weights in {path} are not those of {label} ({reason}).</source>
      <translation>Los pesos de {path} no son los de {label} ({reason}).</translation>
    </message>
    <message>
      <location filename="../../studio/engine/annotators/detector_weights.py" line="0" />
      <source>The weights of {label} in {path} are damaged or not weights at all ({reason}).</source>
      <translation>Los pesos de {label} en {path} están dañados o no son pesos ({reason}).</translation>
    </message>
    <message>
      <location filename="../../studio/engine/loading.py" line="0" />
      <source>The weights {path} contain values that are not finite numbers, {name} for one.</source>
      <translation>Los pesos {path} contienen valores que no son números finitos, por ejemplo {name}.</translation>
    </message>
    <message>
      <location filename="../../studio/engine/annotators/face.py" line="0" />
      <source>The whole reference is used, not only its face: the pose-detection weights are not installed.</source>
      <translation>Cuenta toda la referencia y no solo su cara: no están instalados los pesos que encuentran personas.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/vocabulary.py" line="0" />
      <source>The word list {path} cannot be read ({reason}).</source>
      <translation>No se puede leer la lista de palabras {path} ({reason}).</translation>
    </message>
    <message>
      <location filename="../../studio/engine/adapters/added_tokens.py" line="0" />
      <source>The word {word} has {count} tokens, and the model reads {limit}.</source>
      <translation>La palabra {word} tiene {count} tokens y el modelo lee {limit}.</translation>
    </message>
    <message>
      <location filename="../../studio/session/sources.py" line="0" />
      <source>There are no people in {path}.</source>
      <translation>No hay nadie en {path}.</translation>
    </message>
    <message>
      <location filename="../../studio/cli/subjects.py" line="0" />
      <source>There are no photos left to learn from.</source>
      <translation>No queda ninguna foto de la que aprender.</translation>
    </message>
    <message>
      <location filename="../../studio/photos/photos.py" line="0" />
      <source>There are no photos to learn from yet.</source>
      <translation>Todavía no hay ninguna foto de la que aprender.</translation>
    </message>
    <message>
      <location filename="../../studio/edit/training_defaults.py" line="0" />
      <location filename="../../studio/ui/training/teach_sheet.py" line="0" />
      <source>There are no photos to learn from.</source>
      <translation>No hay ninguna foto de la que aprender.</translation>
    </message>
    <message>
      <location filename="../../studio/session/batch.py" line="0" />
      <source>There are no pictures in {path}.</source>
      <translation>No hay imágenes en {path}.</translation>
    </message>
    <message>
      <location filename="../../studio/control_maps/openpose.py" line="0" />
      <source>There are no poses that can be read in {path} ({reason}).</source>
      <translation>En {path} no hay poses que se puedan leer ({reason}).</translation>
    </message>
    <message>
      <location filename="../../studio/session/photo/words.py" line="0" />
      <source>There are no results to order.</source>
      <translation>No hay resultados que ordenar.</translation>
    </message>
    <message>
      <location filename="../../studio/cli/files.py" line="0" />
      <source>There is a file {name} already.</source>
      <translation>Ya hay un archivo {name}.</translation>
    </message>
    <message>
      <location filename="../../studio/engine/training/exchange.py" line="0" />
      <source>There is a file {path} already.</source>
      <translation>Ya existe un archivo {path}.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/subjects.py" line="0" />
      <source>There is a subject called {name} already.</source>
      <translation>Ya hay un sujeto llamado {name}.</translation>
    </message>
    <message>
      <location filename="../../studio/core/download/resumable.py" line="0" />
      <source>There is another file called {name} in {folder}.</source>
      <translation>En {folder} hay otro archivo llamado {name}.</translation>
    </message>
    <message>
      <location filename="../../studio/session/photo/matte.py" line="0" />
      <source>There is neither a selection nor a layer mask whose edge could be refined.</source>
      <translation>No hay ni selección ni máscara de capa cuyo borde se pueda refinar.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/clip.py" line="0" />
      <source>There is no CLIP in {path}.</source>
      <translation>No hay ningún CLIP en {path}.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/controls.py" line="0" />
      <location filename="../../studio/catalog/transformer_controls.py" line="0" />
      <source>There is no ControlNet for {kind} in {path}.</source>
      <translation>No hay ningún ControlNet para {kind} en {path}.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/references.py" line="0" />
      <location filename="../../studio/catalog/transformer_references.py" line="0" />
      <source>There is no IP-Adapter with its image encoder in {path}.</source>
      <translation>No hay ningún IP-Adapter con su codificador de imagen en {path}.</translation>
    </message>
    <message>
      <location filename="../../studio/edit/networks.py" line="0" />
      <source>There is no LoRA called {name} in your model folders, so it is left out.</source>
      <translation>No hay ningún LoRA llamado {name} en tus carpetas de modelos, así que se omite.</translation>
    </message>
    <message>
      <location filename="../../studio/cli/models.py" line="0" />
      <source>There is no LoRA in these folders.</source>
      <translation>No hay ningún LoRA en estas carpetas.</translation>
    </message>
    <message>
      <location filename="../../studio/engine/adapters/base.py" line="0" />
      <source>There is no adapter kind {kind}.</source>
      <translation>No hay ningún adaptador del tipo {kind}.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/packs.py" line="0" />
      <location filename="../../studio/cli/assets.py" line="0" />
      <source>There is no asset called {name}.</source>
      <translation>No hay ninguna red llamada {name}.</translation>
    </message>
    <message>
      <location filename="../../studio/document/outlines.py" line="0" />
      <source>There is no closed outline to fill.</source>
      <translation>Ninguna línea rodea nada que se pueda rellenar.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/controls.py" line="0" />
      <source>There is no control kind {kind}.</source>
      <translation>No existe ningún control del tipo {kind}.</translation>
    </message>
    <message>
      <location filename="../../studio/engine/validation.py" line="0" />
      <source>There is no control mode {mode}.</source>
      <translation>No existe el modo de control {mode}.</translation>
    </message>
    <message>
      <location filename="../../studio/tools/control_gradient.py" line="0" />
      <source>There is no depth layer for a gradient.</source>
      <translation>No hay ninguna capa de profundidad para un degradado.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/detectors.py" line="0" />
      <source>There is no detector called {name}.</source>
      <translation>No hay ningún detector llamado {name}.</translation>
    </message>
    <message>
      <location filename="../../studio/session/photo/matte.py" line="0" />
      <source>There is no edge here.</source>
      <translation>Aquí no hay ningún borde.</translation>
    </message>
    <message>
      <location filename="../../studio/engine/photo/matte.py" line="0" />
      <source>There is no edge to refine.</source>
      <translation>No hay ningún borde que refinar.</translation>
    </message>
    <message>
      <location filename="../../studio/engine/prompts.py" line="0" />
      <location filename="../../studio/session/infotext.py" line="0" />
      <source>There is no embedding called {name} in your model folders.</source>
      <translation>No hay ningún embedding llamado {name} en tus carpetas de modelos.</translation>
    </message>
    <message>
      <location filename="../../studio/tools/pose_actions.py" line="0" />
      <source>There is no figure to drag.</source>
      <translation>No hay ninguna figura que arrastrar.</translation>
    </message>
    <message>
      <location filename="../../studio/tools/pose_actions.py" line="0" />
      <source>There is no figure to export.</source>
      <translation>No hay ninguna figura que exportar.</translation>
    </message>
    <message>
      <location filename="../../studio/document/io/formats.py" line="0" />
      <source>There is no file {name}.</source>
      <translation>No existe el archivo {name}.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/packs.py" line="0" />
      <location filename="../../studio/catalog/recognise/opening.py" line="0" />
      <location filename="../../studio/cli/identify.py" line="0" />
      <location filename="../../studio/session/batch.py" line="0" />
      <location filename="../../studio/session/subjects.py" line="0" />
      <source>There is no file {path}.</source>
      <translation>No existe el archivo {path}.</translation>
    </message>
    <message>
      <location filename="../../studio/cli/clip.py" line="0" />
      <location filename="../../studio/cli/editing.py" line="0" />
      <location filename="../../studio/cli/select.py" line="0" />
      <location filename="../../studio/session/generations/sheet.py" line="0" />
      <source>There is no folder {path}.</source>
      <translation>No existe la carpeta {path}.</translation>
    </message>
    <message>
      <location filename="../../studio/cli/batch.py" line="0" />
      <source>There is no folder.</source>
      <translation>No hay ninguna carpeta.</translation>
    </message>
    <message>
      <location filename="../../studio/cli/forecasting.py" line="0" />
      <source>There is no forecast yet: no edit with such a model has run on this machine.</source>
      <translation>Aún no hay previsión: en este equipo no se ha hecho ninguna edición con un modelo así.</translation>
    </message>
    <message>
      <location filename="../../studio/edit/inversions.py" line="0" />
      <source>There is no inversion method called {method}.</source>
      <translation>No hay ninguna forma de invertir una imagen llamada {method}.</translation>
    </message>
    <message>
      <location filename="../../studio/document/merge.py" line="0" />
      <source>There is no layer below to merge with.</source>
      <translation>Debajo no hay ninguna capa con la que combinar.</translation>
    </message>
    <message>
      <location filename="../../studio/engine/training/exchange.py" line="0" />
      <source>There is no layout called {name}.</source>
      <translation>No hay ningún formato llamado {name}.</translation>
    </message>
    <message>
      <location filename="../../studio/cli/editing.py" line="0" />
      <source>There is no mask to fill or to invert.</source>
      <translation>No hay ninguna máscara que rellenar o invertir.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/layers/layer_commands.py" line="0" />
      <source>There is no mask to invert.</source>
      <translation>No hay ninguna máscara que invertir.</translation>
    </message>
    <message>
      <location filename="../../studio/edit/prepare.py" line="0" />
      <source>There is no mask, so there is nothing to fill.</source>
      <translation>No hay máscara, así que no hay nada que rellenar.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/first_fetch.py" line="0" />
      <source>There is no model called {name} in the list.</source>
      <translation>No hay ningún modelo llamado {name} en la lista.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/table.py" line="0" />
      <source>There is no model family called {name}.</source>
      <translation>No hay ninguna familia de modelos llamada {name}.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/recognise/model_folder.py" line="0" />
      <source>There is no model folder {path}.</source>
      <translation>No existe la carpeta de modelo {path}.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/preferences.py" line="0" />
      <source>There is no model in {folder}.</source>
      <translation>No hay ningún modelo en {folder}.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/layers/layer_commands.py" line="0" />
      <source>There is no outline to fill.</source>
      <translation>No hay ningún contorno que rellenar.</translation>
    </message>
    <message>
      <location filename="../../studio/engine/families/dream/family.py" line="0" />
      <source>There is no photo to begin with, so Dream began with noise.</source>
      <translation>No hay foto con la que empezar, así que Dream empezó con ruido.</translation>
    </message>
    <message>
      <location filename="../../studio/session/photos.py" line="0" />
      <source>There is no picture in the folder {name}.</source>
      <translation>No hay ninguna imagen en la carpeta {name}.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/documents/clipboard.py" line="0" />
      <location filename="../../studio/ui/prompt/reference_sources.py" line="0" />
      <location filename="../../studio/ui/training/photo_sources.py" line="0" />
      <source>There is no picture on the clipboard.</source>
      <translation>No hay ninguna imagen en el portapapeles.</translation>
    </message>
    <message>
      <location filename="../../studio/engine/photo/clean.py" line="0" />
      <source>There is no picture to clean.</source>
      <translation>No hay ninguna imagen que limpiar.</translation>
    </message>
    <message>
      <location filename="../../studio/engine/families/imagen/family.py" line="0" />
      <source>There is no picture to enlarge, so both stages ran. Mark a place of a picture and use Replace.</source>
      <translation>No hay imagen que ampliar, así que se ejecutaron las dos etapas. Marque un lugar de una imagen y use Reemplazar.</translation>
    </message>
    <message>
      <location filename="../../studio/engine/photo/restyle.py" line="0" />
      <source>There is no picture to paint.</source>
      <translation>No hay ninguna imagen que pintar.</translation>
    </message>
    <message>
      <location filename="../../studio/engine/validation.py" line="0" />
      <source>There is no picture to work on.</source>
      <translation>No hay ninguna imagen con la que trabajar.</translation>
    </message>
    <message>
      <location filename="../../studio/session/photo/lift.py" line="0" />
      <location filename="../../studio/session/photo/subject.py" line="0" />
      <location filename="../../studio/session/photo/words.py" line="0" />
      <source>There is no picture.</source>
      <translation>No hay ninguna imagen.</translation>
    </message>
    <message>
      <location filename="../../studio/engine/photo/words.py" line="0" />
      <location filename="../../studio/session/photo/words.py" line="0" />
      <source>There is no prompt.</source>
      <translation>No hay prompt.</translation>
    </message>
    <message>
      <location filename="../../studio/cli/files.py" line="0" />
      <source>There is no result {number}: the file keeps {count}.</source>
      <translation>No hay ningún resultado {number}: el archivo conserva {count}.</translation>
    </message>
    <message>
      <location filename="../../studio/edit/settings.py" line="0" />
      <location filename="../../studio/session/infotext.py" line="0" />
      <source>There is no sampler called {name}; {used} is kept.</source>
      <translation>Aquí no hay ningún muestreador llamado {name}; se queda {used}.</translation>
    </message>
    <message>
      <location filename="../../studio/engine/scheduling.py" line="0" />
      <location filename="../../studio/engine/validation.py" line="0" />
      <source>There is no sampler {sampler} with schedule {schedule}.</source>
      <translation>No hay un sampler {sampler} con schedule {schedule}.</translation>
    </message>
    <message>
      <location filename="../../studio/tools/control_fill.py" line="0" />
      <source>There is no segmentation or depth layer to fill.</source>
      <translation>No hay ninguna capa de segmentación ni de profundidad que rellenar.</translation>
    </message>
    <message>
      <location filename="../../studio/cli/restyle.py" line="0" />
      <source>There is no style and no picture called {name}.</source>
      <translation>No hay ningún estilo ni ninguna imagen que se llame {name}.</translation>
    </message>
    <message>
      <location filename="../../studio/edit/subjects.py" line="0" />
      <location filename="../../studio/session/subjects.py" line="0" />
      <source>There is no subject called {name}.</source>
      <translation>No hay ningún sujeto llamado {name}.</translation>
    </message>
    <message>
      <location filename="../../studio/session/photos.py" line="0" />
      <source>There is no such pixel layer.</source>
      <translation>No existe esa capa de píxeles.</translation>
    </message>
    <message>
      <location filename="../../studio/engine/photo/lift.py" line="0" />
      <source>There is no thing here that could be lifted.</source>
      <translation>Aquí no hay nada que se pueda levantar.</translation>
    </message>
    <message>
      <location filename="../../studio/session/batch.py" line="0" />
      <source>There is no tool {name} for a recipe.</source>
      <translation>No hay ninguna herramienta {name} para una receta.</translation>
    </message>
    <message>
      <location filename="../../studio/edit/training_defaults.py" line="0" />
      <source>There is no training method called {name}.</source>
      <translation>No hay ninguna forma de aprender llamada {name}.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/subjects.py" line="0" />
      <source>There is no usable subject in {path} ({reason}).</source>
      <translation>No hay ningún sujeto utilizable en {path} ({reason}).</translation>
    </message>
    <message>
      <location filename="../../studio/engine/photo/running.py" line="0" />
      <source>There is not enough memory for a picture of this size.</source>
      <translation>No hay memoria suficiente para una imagen de este tamaño.</translation>
    </message>
    <message>
      <location filename="../../studio/document/outlines.py" line="0" />
      <source>There is nothing to fill: nothing is painted here.</source>
      <translation>No hay nada que rellenar: aquí no hay nada pintado.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/packs.py" line="0" />
      <source>There is nothing to pack.</source>
      <translation>No hay nada que empaquetar.</translation>
    </message>
    <message>
      <location filename="../../studio/edit/enlarging.py" line="0" />
      <source>There is nothing to scale: the active layer has no pixels there.</source>
      <translation>No hay nada que escalar: la capa activa no tiene píxeles ahí.</translation>
    </message>
    <message>
      <location filename="../../studio/edit/objects.py" line="0" />
      <source>There is nothing to select: the picture has one colour.</source>
      <translation>No hay nada que seleccionar: la imagen es de un solo color.</translation>
    </message>
    <message>
      <location filename="../../studio/cli/generations.py" line="0" />
      <source>There is nowhere to write the comparison.</source>
      <translation>No hay dónde escribir la comparación.</translation>
    </message>
    <message>
      <location filename="../../studio/document/io/psd_losses.py" line="0" />
      <source>These adjustments are pixels now, which keep how they looked and no longer follow the layers below: {layers}.</source>
      <translation>Estos ajustes ahora son píxeles, que guardan cómo se veían y ya no siguen a las capas de debajo: {layers}.</translation>
    </message>
    <message>
      <location filename="../../studio/document/io/psd_losses.py" line="0" />
      <source>These adjustments cannot be kept and were left out: {layers}.</source>
      <translation>Estos ajustes no se pueden conservar y se han omitido: {layers}.</translation>
    </message>
    <message>
      <location filename="../../studio/document/io/psd_losses.py" line="0" />
      <source>These layer effects cannot be drawn and were left out: {layers}.</source>
      <translation>Estos efectos de capa no se pueden dibujar y se han omitido: {layers}.</translation>
    </message>
    <message>
      <location filename="../../studio/document/io/psd_losses.py" line="0" />
      <source>These layers blended through a group with effects; their pixels keep how they looked: {layers}.</source>
      <translation>Estas capas se fusionaban a través de un grupo con efectos; sus píxeles guardan cómo se veían: {layers}.</translation>
    </message>
    <message>
      <location filename="../../studio/document/io/psd_losses.py" line="0" />
      <source>These layers cannot be read and were left out: {layers}.</source>
      <translation>Estas capas no se pueden leer y se han omitido: {layers}.</translation>
    </message>
    <message>
      <location filename="../../studio/document/io/psd_losses.py" line="0" />
      <source>These layers were clipped to the layer below; a mask does it now: {layers}.</source>
      <translation>Estas capas estaban recortadas por la capa de debajo; ahora lo hace una máscara: {layers}.</translation>
    </message>
    <message>
      <location filename="../../studio/document/io/psd_losses.py" line="0" />
      <source>These layers were opened as pixels: {layers}.</source>
      <translation>Estas capas se abrieron como píxeles: {layers}.</translation>
    </message>
    <message>
      <location filename="../../studio/core/settings.py" line="0" />
      <source>They apply until you close Lienzo; free some disk space.</source>
      <translation>Valen hasta que se cierre Lienzo; libera espacio en el disco.</translation>
    </message>
    <message>
      <location filename="../../studio/session/journal.py" line="0" />
      <source>They are kept: check the permissions of the journal's folder and start again.</source>
      <translation>Se conservan: revisa los permisos de la carpeta del diario e inicia de nuevo.</translation>
    </message>
    <message>
      <location filename="../../studio/engine/adapters/added_tokens.py" line="0" />
      <source>They were made for another base model.</source>
      <translation>Se hicieron para otro modelo base.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/recognise/rows/control.py" line="0" />
      <source>This ControlNet holds only differences from a base model, which Lienzo cannot add up.</source>
      <translation>Este ControlNet solo contiene diferencias respecto a un modelo base, que Lienzo no puede sumar.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/flux.py" line="0" />
      <source>This Flux.1 was made for one kind of control image only.</source>
      <translation>Este Flux.1 se hizo para un solo tipo de imagen de control.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/kandinsky.py" line="0" />
      <source>This Kandinsky model only fills a mask. Choose the decoder for this.</source>
      <translation>Este modelo de Kandinsky solo rellena una máscara. Elige el decodificador para esto.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/karlo.py" line="0" />
      <source>This Karlo has no prior, since it reads no prompt.</source>
      <translation>Este Karlo no tiene prior, porque no lee ningún prompt.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/karlo.py" line="0" />
      <source>This Karlo only makes variations. Choose karlo-v1-alpha for text.</source>
      <translation>Este Karlo solo hace variaciones. Elige karlo-v1-alpha para texto.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/recognise/rows/lora.py" line="0" />
      <source>This LoRA is incomplete: a factor of {name} is missing.</source>
      <translation>Este LoRA está incompleto: falta un factor de {name}.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/documents/files.py" line="0" />
      <source>This document has no file yet.</source>
      <translation>Este documento aún no tiene archivo.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/qwen_image.py" line="0" />
      <source>This edition of Qwen-Image-Edit fills no masks. Use Instruct with a mask.</source>
      <translation>Esta edición de Qwen-Image-Edit no rellena máscaras. Use «Indicar» con una máscara.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/recognise/rows/image_embeddings.py" line="0" />
      <source>This is Kandinsky 2.1, which Lienzo does not run.</source>
      <translation>Esto es Kandinsky 2.1, que Lienzo no ejecuta.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/recognise/rows/video_unet.py" line="0" />
      <source>This is Lotus, which measures depth; Lienzo has its own way to a depth map.</source>
      <translation>Esto es Lotus, que mide la profundidad; Lienzo tiene su propia forma de obtener un mapa de profundidad.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/recognise/rows/stable_diffusion.py" line="0" />
      <source>This is Zero123, which turns an object in a picture; Lienzo cannot run it.</source>
      <translation>Esto es Zero123, que gira un objeto de una imagen; Lienzo no puede ejecutarlo.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/recognise/rows/control.py" line="0" />
      <source>This is a ControlNet-LLLite, which Lienzo cannot run.</source>
      <translation>Esto es un ControlNet-LLLite, que Lienzo no puede ejecutar.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/recognise/rows/control.py" line="0" />
      <source>This is a control LoRA, which Lienzo cannot run.</source>
      <translation>Esto es un LoRA de control, que Lienzo no puede ejecutar.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/recognise/rows/video_unet.py" line="0" />
      <source>This is a motion module of AnimateDiff, which makes videos; Lienzo makes pictures.</source>
      <translation>Esto es un módulo de movimiento de AnimateDiff, que hace vídeos; Lienzo hace imágenes.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/recognise/rows/text_encoder.py" line="0" />
      <source>This is a text encoder ({name}) that no model of Lienzo uses.</source>
      <translation>Esto es un codificador de texto ({name}) que no usa ningún modelo de Lienzo.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/recognise/rows/ip_adapter.py" line="0" />
      <source>This is an IP-Adapter FaceID. It needs the face recognition of InsightFace, whose networks are not for commercial use and which Lienzo does not have.</source>
      <translation>Esto es un IP-Adapter FaceID. Necesita el reconocimiento de caras de InsightFace, cuyas redes no permiten un uso comercial y que Lienzo no tiene.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/recognise/rows/lora.py" line="0" />
      <source>This is an adapter of the kind {kind}, which Lienzo cannot run.</source>
      <translation>Esto es un adaptador de tipo {kind}, que Lienzo no puede ejecutar.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/recognise/rows/vae.py" line="0" />
      <source>This is the VAE of a kind of model that Lienzo cannot run.</source>
      <translation>Esto es el VAE de un tipo de modelo que Lienzo no puede ejecutar.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/recognise/rows/vae.py" line="0" />
      <source>This is the VAE of a video model; Lienzo makes pictures.</source>
      <translation>Esto es el VAE de un modelo de vídeo; Lienzo hace imágenes.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/single/rows.py" line="0" />
      <source>This is the depth model of Stable Diffusion 2, which Lienzo does not run.</source>
      <translation>Este es el modelo de profundidad de Stable Diffusion 2, que Lienzo no ejecuta.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/single/rows.py" line="0" />
      <source>This is the x4 upscaler of Stable Diffusion, which only enlarges pictures.</source>
      <translation>Este es el ampliador x4 de Stable Diffusion, que solo amplía imágenes.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/recognise/rows/elsewhere.py" line="0" />
      <source>This is {family}, a kind of model that Lienzo cannot run yet.</source>
      <translation>Esto es {family}, un tipo de modelo que Lienzo aún no puede ejecutar.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/recognise/rows/elsewhere.py" line="0" />
      <source>This is {family}, which makes sound; Lienzo makes pictures.</source>
      <translation>Esto es {family}, que hace sonido; Lienzo hace imágenes.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/recognise/rows/elsewhere.py" line="0" />
      <location filename="../../studio/catalog/recognise/rows/video_unet.py" line="0" />
      <source>This is {family}, which makes videos; Lienzo makes pictures.</source>
      <translation>Esto es {family}, que hace vídeos; Lienzo hace imágenes.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/recognise/rows/additions.py" line="0" />
      <location filename="../../studio/catalog/recognise/rows/stable_diffusion.py" line="0" />
      <source>This is {name}, an addition to a model that Lienzo cannot run.</source>
      <translation>Esto es {name}, un complemento para modelos que Lienzo no puede ejecutar.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/spec.py" line="0" />
      <source>This kind of model cannot do that.</source>
      <translation>Este tipo de modelo no puede hacer eso.</translation>
    </message>
    <message>
      <location filename="../../studio/tools/brush.py" line="0" />
      <source>This layer contains figures, which cannot be painted with a brush.</source>
      <translation>Esta capa muestra figuras, que un pincel no puede pintar.</translation>
    </message>
    <message>
      <location filename="../../studio/document/fill.py" line="0" />
      <source>This layer contains figures; parts of it cannot be copied.</source>
      <translation>Esta capa muestra figuras, de las que no se puede tomar una parte.</translation>
    </message>
    <message>
      <location filename="../../studio/edit/cutouts.py" line="0" />
      <source>This layer has no photo whose background could be removed.</source>
      <translation>Esta capa no tiene ninguna foto cuyo fondo se pueda quitar.</translation>
    </message>
    <message>
      <location filename="../../studio/edit/photo_tools.py" line="0" />
      <source>This layer was made by “{tool}”, which has no prompt to edit.</source>
      <translation>Esta capa se hizo con «{tool}», que no tiene ningún prompt que editar.</translation>
    </message>
    <message>
      <location filename="../../studio/edit/request.py" line="0" />
      <source>This layer's recipe cannot be read ({reason}).</source>
      <translation>No se puede leer la receta de esta capa ({reason}).</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/first_models.py" line="0" />
      <source>This machine can hold it.</source>
      <translation>Cabe en este equipo.</translation>
    </message>
    <message>
      <location filename="../../studio/core/assets/download.py" line="0" />
      <source>This machine has no npm, and the package that brings one could not be had ({reason}).</source>
      <translation>Este equipo no tiene npm, y no se pudo obtener el paquete que lo trae ({reason}).</translation>
    </message>
    <message>
      <location filename="../../studio/edit/prompt_syntax.py" line="0" />
      <source>This model does not know these characters, so they were left out: {signs}</source>
      <translation>Este modelo no conoce estos signos, así que se han omitido: {signs}</translation>
    </message>
    <message>
      <location filename="../../studio/engine/families/dall_e/family.py" line="0" />
      <source>This model draws each of its {count} tokens once, so Steps has no effect.</source>
      <translation>Este modelo dibuja cada uno de sus {count} tokens una sola vez, así que Pasos no tiene efecto.</translation>
    </message>
    <message>
      <location filename="../../studio/engine/families/dall_e/family.py" line="0" />
      <source>This model draws from the top to the bottom and does not see what is below; that only chose among {count} tries. For more of them raise Best of.</source>
      <translation>Este modelo dibuja de arriba abajo y no ve lo que hay debajo; eso solo eligió entre {count} intentos. Para tener más, sube La mejor de.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/deepfloyd_if.py" line="0" />
      <source>This model has no second stage beside it.</source>
      <translation>Este modelo no tiene una segunda etapa junto a él.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/recognise/files.py" line="0" />
      <source>This model has weights in a format of eight or four bits that Lienzo cannot read.</source>
      <translation>Este modelo tiene pesos en un formato de ocho o cuatro bits que Lienzo no puede leer.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/dall_e.py" line="0" />
      <location filename="../../studio/catalog/families/imagen.py" line="0" />
      <location filename="../../studio/catalog/families/one_step.py" line="0" />
      <source>This model is a fixed example of its kind; teach the starter instead.</source>
      <translation>Este modelo es un ejemplo fijo de su clase; enseñe al modelo inicial en su lugar.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/recognise/files.py" line="0" />
      <source>This model is quantised by SDNQ, which Lienzo cannot read.</source>
      <translation>Este modelo está cuantizado con SDNQ, que Lienzo no puede leer.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/recognise/files.py" line="0" />
      <source>This model is quantised for the kernels of Nunchaku, which Lienzo does not have.</source>
      <translation>Este modelo está cuantizado para los núcleos de cálculo de Nunchaku, que Lienzo no tiene.</translation>
    </message>
    <message>
      <location filename="../../studio/engine/families/one_step/family.py" line="0" />
      <source>This model makes its picture in one step, so Steps has no effect.</source>
      <translation>Este modelo hace su imagen en un paso, así que Pasos no tiene efecto.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/amused.py" line="0" />
      <location filename="../../studio/catalog/families/dall_e.py" line="0" />
      <location filename="../../studio/catalog/families/deepfloyd_if.py" line="0" />
      <location filename="../../studio/catalog/families/imagen.py" line="0" />
      <location filename="../../studio/catalog/families/kandinsky.py" line="0" />
      <location filename="../../studio/catalog/families/lumina_2.py" line="0" />
      <location filename="../../studio/catalog/families/pixart.py" line="0" />
      <source>This model makes pictures and does not follow instructions.</source>
      <translation>Este modelo crea imágenes y no sigue indicaciones.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/pipeline.py" line="0" />
      <source>This model takes a reference only to blend with it. Choose “Blend” in its row.</source>
      <translation>Este modelo solo admite una referencia para mezclarla. Elige «Mezclar» en su fila.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/single/rows.py" line="0" />
      <source>This model was trained for the noise levels of EDM (like CosXL and Playground 2.5), which Lienzo does not sample.</source>
      <translation>Este modelo se entrenó con los niveles de ruido de EDM (como CosXL y Playground 2.5), que Lienzo no muestrea.</translation>
    </message>
    <message>
      <location filename="../../studio/engine/families/stable_diffusion/prompts.py" line="0" />
      <source>This model was trained on short prompts; the prompt is split into {count} chunks, which it may not combine well.</source>
      <translation>Este modelo aprendió de textos cortos; el prompt se lee en {count} partes, que quizá no llegue a unir.</translation>
    </message>
    <message>
      <location filename="../../studio/retouch/matrices.py" line="0" />
      <source>This perspective folds the picture over its horizon.</source>
      <translation>Esta perspectiva pliega la imagen sobre su horizonte.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/prompt/reference_sources.py" line="0" />
      <location filename="../../studio/ui/training/photo_sources.py" line="0" />
      <source>This picture is not on this machine.</source>
      <translation>Esta imagen no está en este equipo.</translation>
    </message>
    <message>
      <location filename="../../studio/tools/pose_actions.py" line="0" />
      <source>This pose is a picture; it has no joints to drag.</source>
      <translation>Esta pose es una imagen; no tiene articulaciones que arrastrar.</translation>
    </message>
    <message>
      <location filename="../../studio/core/assets/download.py" line="0" />
      <source>This program has no pip, which fetches packages.</source>
      <translation>Este programa no tiene pip, que descarga los paquetes.</translation>
    </message>
    <message>
      <location filename="../../studio/session/photo/words.py" line="0" />
      <source>This result has no picture before it.</source>
      <translation>Este resultado no tiene una imagen anterior.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/single/model_file.py" line="0" />
      <source>This {family} file has no {parts}.</source>
      <translation>A este archivo de {family} le falta: {parts}.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/recognise/parts.py" line="0" />
      <source>This {family} file has no {part}. Put {example} into {folder}, or choose it here.</source>
      <translation>A este archivo de {family} le falta: {part}. Pon {example} en {folder} o elígelo aquí.</translation>
    </message>
    <message>
      <location filename="../../studio/core/limits.py" line="0" />
      <location filename="../../studio/document/adjustments/threshold.py" line="0" />
      <source>Threshold</source>
      <translation>Umbral</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/controls.py" line="0" />
      <source>Tile</source>
      <translation>Mosaico</translation>
    </message>
    <message>
      <location filename="../../studio/document/adjustments/black_white.py" line="0" />
      <source>Tint</source>
      <translation>Teñir</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/single/rows.py" line="0" />
      <source>To enlarge, use Image &gt; Image size with detail; to paint, choose another model.</source>
      <translation>Para ampliar, usa Imagen &gt; Tamaño de imagen con detalle; para pintar, elige otro modelo.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/ladder.py" line="0" />
      <source>Too little memory is free to expand the weights of this file, so that each step expands them anew, which takes longer.</source>
      <translation>Queda demasiado poca memoria libre para descomprimir los pesos de este archivo, así que cada paso los descomprime de nuevo, lo que tarda más.</translation>
    </message>
    <message>
      <location filename="../../studio/engine/steering.py" line="0" />
      <source>Too little memory is free to steer {model} by its predicted picture.</source>
      <translation>Queda muy poca memoria libre para dirigir {model} por su imagen prevista.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/dall_e.py" line="0" />
      <source>Top-k</source>
      <translation>Top-k</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/dall_e.py" line="0" />
      <source>Top-k: each token is chosen among so many, the likeliest. With 1 there is one picture.</source>
      <translation>Top-k: cada token se elige entre tantos, los más probables. Con 1 solo hay una imagen.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/one_step.py" line="0" />
      <source>Truncation</source>
      <translation>Truncamiento</translation>
    </message>
    <message>
      <location filename="../../studio/engine/photo/words.py" line="0" />
      <source>Try a simpler name, or mark the place by hand.</source>
      <translation>Prueba con un nombre más sencillo o marca el sitio a mano.</translation>
    </message>
    <message>
      <location filename="../../studio/core/download/resumable.py" line="0" />
      <source>Try again later, or from another mirror.</source>
      <translation>Vuelva a intentarlo más tarde o desde otro servidor espejo.</translation>
    </message>
    <message>
      <location filename="../../studio/core/download/http_get.py" line="0" />
      <location filename="../../studio/core/download/resumable.py" line="0" />
      <source>Try again later; what has been downloaded is kept.</source>
      <translation>Vuelva a intentarlo más tarde; lo descargado se conserva.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/first_fetch.py" line="0" />
      <location filename="../../studio/core/download/resumable.py" line="0" />
      <source>Try again; what has been downloaded is kept.</source>
      <translation>Vuelva a intentarlo; lo descargado se conserva.</translation>
    </message>
    <message>
      <location filename="../../studio/core/download/http_get.py" line="0" />
      <location filename="../../studio/core/download/resumable.py" line="0" />
      <source>Try another mirror.</source>
      <translation>Pruebe otro servidor espejo.</translation>
    </message>
    <message>
      <location filename="../../studio/document/io/common.py" line="0" />
      <location filename="../../studio/document/io/pictures.py" line="0" />
      <source>Try to get the file again from where it came.</source>
      <translation>Intenta obtener de nuevo el archivo de su origen.</translation>
    </message>
    <message>
      <location filename="../../studio/tools/pose_actions.py" line="0" />
      <source>Turn figure</source>
      <translation>Girar figura</translation>
    </message>
    <message>
      <location filename="../../studio/ui/layers/layer_commands.py" line="0" />
      <source>Turn into a control</source>
      <translation>Convertir en control</translation>
    </message>
    <message>
      <location filename="../../studio/tools/pose.py" line="0" />
      <location filename="../../studio/tools/pose_actions.py" line="0" />
      <source>Turn limb</source>
      <translation>Girar extremidad</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/dream.py" line="0" />
      <source>Turns, mirrors and blurs the pieces and adds noise; without it CLIP is fooled by patterns that no eye sees.</source>
      <translation>Gira, refleja y difumina los trozos y añade ruido; sin ello, a CLIP lo engañan dibujos que ningún ojo ve.</translation>
    </message>
    <message>
      <location filename="../../studio/engine/adapters/added_tokens.py" line="0" />
      <location filename="../../studio/engine/adapters/lora.py" line="0" />
      <location filename="../../studio/engine/adapters/textual_inversion.py" line="0" />
      <source>Two files define the word {word}.</source>
      <translation>Dos archivos traen la palabra {word}.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/packs.py" line="0" />
      <source>Two files would both be {name} in the pack.</source>
      <translation>Dos archivos serían ambos {name} en el paquete.</translation>
    </message>
    <message>
      <location filename="../../studio/engine/adapters/dreambooth.py" line="0" />
      <source>Two subjects that changed the whole model cannot be used together.</source>
      <translation>Dos sujetos que cambiaron el modelo entero no pueden estar en una misma imagen.</translation>
    </message>
    <message>
      <location filename="../../studio/engine/photo/words.py" line="0" />
      <location filename="../../studio/session/photo/words.py" line="0" />
      <source>Type what to look for, such as: a red car</source>
      <translation>Escribe qué buscar, por ejemplo: un coche rojo</translation>
    </message>
    <message>
      <location filename="../../studio/document/new_document.py" line="0" />
      <source>US Letter</source>
      <translation>Carta</translation>
    </message>
    <message>
      <location filename="../../studio/ui/layers/layer_commands.py" line="0" />
      <source>Ungroup</source>
      <translation>Desagrupar</translation>
    </message>
    <message>
      <location filename="../../studio/document/locked.py" line="0" />
      <source>Unlock it in the layers panel first.</source>
      <translation>Desbloquéala antes en el panel de capas.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/layers/layer_commands.py" line="0" />
      <source>Unlock layer</source>
      <translation>Desbloquear capa</translation>
    </message>
    <message>
      <location filename="../../studio/document/locked.py" line="0" />
      <source>Unlock them in the layers panel first.</source>
      <translation>Desbloquéalas antes en el panel de capas.</translation>
    </message>
    <message>
      <location filename="../../studio/document/locked.py" line="0" />
      <source>Unlock them in the layers panel, or choose layers without them.</source>
      <translation>Desbloquéalas en el panel de capas, o elige capas sin ellas.</translation>
    </message>
    <message>
      <location filename="../../studio/edit/prompt_syntax.py" line="0" />
      <source>Unmatched brackets were left out: {signs}</source>
      <translation>Se dejaron fuera corchetes sin pareja: {signs}</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/recognise/pickle_header.py" line="0" />
      <source>Unpack it; the model may be inside.</source>
      <translation>Descomprímelo; puede que el modelo esté dentro.</translation>
    </message>
    <message>
      <location filename="../../studio/core/assets/install.py" line="0" />
      <source>Unpacking</source>
      <translation>Desempaquetando</translation>
    </message>
    <message>
      <location filename="../../studio/edit/photo_tools.py" line="0" />
      <source>Use Layer &gt; Run again, or the tool itself.</source>
      <translation>Usa Capa &gt; Ejecutar otra vez, o la propia herramienta.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/clip.py" line="0" />
      <source>Use a CLIPModel in transformers' layout, with its tokenizer.</source>
      <translation>Usa un CLIPModel en el formato de transformers, con su tokenizador.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/recognise/rows/additions.py" line="0" />
      <location filename="../../studio/catalog/recognise/rows/stable_diffusion.py" line="0" />
      <source>Use a ControlNet, an IP-Adapter or a LoRA for that.</source>
      <translation>Usa para eso un ControlNet, un IP-Adapter o un LoRA.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/recognise/rows/video_unet.py" line="0" />
      <source>Use a control image of depth instead.</source>
      <translation>Usa en su lugar una imagen de control de profundidad.</translation>
    </message>
    <message>
      <location filename="../../studio/session/sources.py" line="0" />
      <source>Use a control image of the same size as the picture.</source>
      <translation>Usa una imagen de control del tamaño de la imagen.</translation>
    </message>
    <message>
      <location filename="../../studio/retouch/matrices.py" line="0" />
      <source>Use a larger scale.</source>
      <translation>Use una escala mayor.</translation>
    </message>
    <message>
      <location filename="../../studio/engine/validation.py" line="0" />
      <source>Use a mask that is as large as the picture.</source>
      <translation>Usa una máscara tan grande como la imagen.</translation>
    </message>
    <message>
      <location filename="../../studio/document/warp.py" line="0" />
      <location filename="../../studio/retouch/matrices.py" line="0" />
      <source>Use a smaller scale, or move it less far.</source>
      <translation>Use una escala menor, o muévalo menos.</translation>
    </message>
    <message>
      <location filename="../../studio/engine/validation.py" line="0" />
      <source>Use an 8-bit colour control image of the same size as the picture.</source>
      <translation>Usa una imagen de control del tamaño de la imagen, en color de 8 bits.</translation>
    </message>
    <message>
      <location filename="../../studio/cli/subjects.py" line="0" />
      <source>Use better photos, or --keep-all to take these as they are.</source>
      <translation>Usa fotos mejores, o --keep-all para tomar estas como están.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/subjects.py" line="0" />
      <source>Use letters and digits without spaces, at most 40, such as luna.</source>
      <translation>Usa letras y cifras sin espacios, como máximo 40, como luna.</translation>
    </message>
    <message>
      <location filename="../../studio/document/io/formats.py" line="0" />
      <source>Use one of: {known}.</source>
      <translation>Usa una de estas: {known}.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/recognise/rows/ip_adapter.py" line="0" />
      <source>Use the adapter plus-face instead.</source>
      <translation>Usa en su lugar el adaptador plus-face.</translation>
    </message>
    <message>
      <location filename="../../studio/engine/pipelines/family.py" line="0" />
      <source>Use the file as a LoRA, or teach a Stable Diffusion model.</source>
      <translation>Use el archivo como LoRA, o entrene un modelo Stable Diffusion.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/first_models.py" line="0" />
      <source>Use, also commercial, is permitted except for the harmful purposes that the licence lists, which also bind those to whom you pass the model on.</source>
      <translation>Se permite el uso, también comercial, salvo para los fines dañinos que enumera la licencia, que obligan también a quienes reciban el modelo de usted.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/fit.py" line="0" />
      <source>VAE</source>
      <translation>VAE</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/fit.py" line="0" />
      <source>VAE for previews</source>
      <translation>VAE para vistas previas</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/recognise/parts.py" line="0" />
      <source>VAE of the x4 upscaler</source>
      <translation>VAE del ampliador x4</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/recognise/parts.py" line="0" />
      <source>VQ-VAE of aMUSEd</source>
      <translation>VQ-VAE de aMUSEd</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/settings.py" line="0" />
      <location filename="../../studio/core/limits.py" line="0" />
      <source>Variations</source>
      <translation>Variaciones</translation>
    </message>
    <message>
      <location filename="../../studio/engine/families/stable_unclip/family.py" line="0" />
      <location filename="../../studio/engine/pipelines/embeddings.py" line="0" />
      <source>Variations need no prior, so its settings have no effect.</source>
      <translation>Las variaciones no necesitan prior, así que sus ajustes no tienen efecto.</translation>
    </message>
    <message>
      <location filename="../../studio/engine/families/kandinsky/family.py" line="0" />
      <source>Variations without a prompt need no prior; its settings have no effect.</source>
      <translation>Las variaciones sin prompt no necesitan prior; sus ajustes no tienen efecto.</translation>
    </message>
    <message>
      <location filename="../../studio/edit/request.py" line="0" />
      <source>Vary</source>
      <translation>Variar</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/packs.py" line="0" />
      <source>Verifying the pack</source>
      <translation>Comprobando el paquete</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/ladder.py" line="0" />
      <source>Very little memory is free, so the model ran in slices, which takes longer.</source>
      <translation>Queda muy poca memoria libre, así que el modelo trabajó por partes, lo que tarda más.</translation>
    </message>
    <message>
      <location filename="../../studio/document/adjustments/vibrance.py" line="0" />
      <source>Vibrance</source>
      <translation>Intensidad</translation>
    </message>
    <message>
      <location filename="../../studio/document/blend.py" line="0" />
      <source>Vivid light</source>
      <translation>Luz intensa</translation>
    </message>
    <message>
      <location filename="../../studio/core/download/resumable.py" line="0" />
      <source>Wait for it, or cancel it in the other window.</source>
      <translation>Espere a que termine o cancélelo en la otra ventana.</translation>
    </message>
    <message>
      <location filename="../../studio/session/photo/enlarge.py" line="0" />
      <source>Wait for them, or stop them, then scale the picture.</source>
      <translation>Espera a que acaben o detenlas, y escala la imagen después.</translation>
    </message>
    <message>
      <location filename="../../studio/core/download/resumable.py" line="0" />
      <source>Waiting for the connection</source>
      <translation>Esperando la conexión</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/one_step.py" line="0" />
      <source>Walk to another picture</source>
      <translation>Paseo hacia otra imagen</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/styles.py" line="0" />
      <source>Warm oils</source>
      <translation>Óleos cálidos</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/styles.py" line="0" />
      <source>Wave print</source>
      <translation>Estampa de olas</translation>
    </message>
    <message>
      <location filename="../../studio/engine/rewrite/job.py" line="0" />
      <source>Weights in the caption have no effect; those in the new text do.</source>
      <translation>Los pesos en la descripción no cuentan; los del texto nuevo sí.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/steering.py" line="0" />
      <source>What fits the model</source>
      <translation>Lo que va con el modelo</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/dream.py" line="0" />
      <source>What suits the task</source>
      <translation>Lo que convenga a la tarea</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/prior.py" line="0" />
      <source>What the picture shows now</source>
      <translation>Lo que muestra ahora la imagen</translation>
    </message>
    <message>
      <location filename="../../studio/ui/prompt/reference_sources.py" line="0" />
      <location filename="../../studio/ui/training/photo_sources.py" line="0" />
      <source>What you dropped is not a picture.</source>
      <translation>Lo que se soltó no es una imagen.</translation>
    </message>
    <message>
      <location filename="../../studio/document/adjustments/levels.py" line="0" />
      <source>White</source>
      <translation>Blanco</translation>
    </message>
    <message>
      <location filename="../../studio/document/adjustments/table.py" line="0" />
      <source>Whites</source>
      <translation>Blancos</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/photo_tools.py" line="0" />
      <location filename="../../studio/core/limits.py" line="0" />
      <location filename="../../studio/session/batch.py" line="0" />
      <source>Width</source>
      <translation>Anchura</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/stable_diffusion_xl.py" line="0" />
      <source>Width or height of the picture, in pixels, that the model is conditioned on. 0 is the size at which it paints.</source>
      <translation>Ancho o alto de la imagen, en píxeles, que se indica al modelo. 0 es el tamaño al que pinta.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/stable_diffusion_xl.py" line="0" />
      <source>Width or height, in pixels, of the training photo that the picture is to resemble. 0 is the size at which the model paints. Small sizes give blurred pictures, because small photos were enlarged for the training.</source>
      <translation>Ancho o alto, en píxeles, de la foto de entrenamiento a la que debe parecerse la imagen. 0 es el tamaño al que pinta el modelo. Los tamaños pequeños dan imágenes borrosas, porque las fotos pequeñas se ampliaron para el entrenamiento.</translation>
    </message>
    <message>
      <location filename="../../studio/edit/enlarging.py" line="0" />
      <source>With detail</source>
      <translation>Con detalle</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/guidance.py" line="0" />
      <source>With this way of guidance these have no effect: {settings}.</source>
      <translation>Con este tipo de guía no tienen efecto: {settings}.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/small_unclip.py" line="0" />
      <source>With unCLIP, Vary changes a picture by words: write the new ones as the prompt.</source>
      <translation>Con unCLIP, Variar cambia una imagen con palabras: escribe las nuevas como descripción.</translation>
    </message>
    <message>
      <location filename="../../studio/engine/pipelines/embeddings.py" line="0" />
      <source>Without a prompt there is no change of words to follow.</source>
      <translation>Sin descripción no hay un cambio de palabras que seguir.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/metadata_choice.py" line="0" />
      <source>Without place and serial numbers</source>
      <translation>Sin lugar ni números de serie</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/styles.py" line="0" />
      <source>Wood carving</source>
      <translation>Talla en madera</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/styles.py" line="0" />
      <source>Woven bands</source>
      <translation>Bandas tejidas</translation>
    </message>
    <message>
      <location filename="../../studio/cli/identify.py" line="0" />
      <source>Write FIELD=VALUE, such as family=flux.</source>
      <translation>Escribe FIELD=VALUE, por ejemplo family=flux.</translation>
    </message>
    <message>
      <location filename="../../studio/session/sources.py" line="0" />
      <source>Write FILE or FILE:TOKEN.</source>
      <translation>Escribe FILE o FILE:TOKEN.</translation>
    </message>
    <message>
      <location filename="../../studio/session/sources.py" line="0" />
      <source>Write FILE or FILE:WEIGHT.</source>
      <translation>Escribe ARCHIVO o ARCHIVO:PESO.</translation>
    </message>
    <message>
      <location filename="../../studio/session/sources.py" line="0" />
      <source>Write KIND=FILE or KIND=FILE:STRENGTH; kinds are {kinds}.</source>
      <translation>Escribe TIPO=ARCHIVO o TIPO=ARCHIVO:FUERZA; los tipos son {kinds}.</translation>
    </message>
    <message>
      <location filename="../../studio/session/sources.py" line="0" />
      <source>Write MASK=FILE or MASK=FILE:WEIGHT.</source>
      <translation>Escribe MASK=FILE o MASK=FILE:WEIGHT.</translation>
    </message>
    <message>
      <location filename="../../studio/session/sources.py" line="0" />
      <source>Write MASK=TEXT or MASK:WEIGHT=TEXT.</source>
      <translation>Escribe MASK=TEXT o MASK:WEIGHT=TEXT.</translation>
    </message>
    <message>
      <location filename="../../studio/cli/adjust.py" line="0" />
      <source>Write NAME=VALUE with one of: {names}.</source>
      <translation>Escriba NOMBRE=VALOR con uno de estos: {names}.</translation>
    </message>
    <message>
      <location filename="../../studio/session/batch.py" line="0" />
      <source>Write NAME=VALUE, for example scale=2.</source>
      <translation>Escribe NOMBRE=VALOR, por ejemplo scale=2.</translation>
    </message>
    <message>
      <location filename="../../studio/session/sources.py" line="0" />
      <source>Write PATH or KIND=PATH beside --control; controls here: {kinds}.</source>
      <translation>Escribe RUTA o TIPO=RUTA junto a --control; controles aquí: {kinds}.</translation>
    </message>
    <message>
      <location filename="../../studio/cli/cutout.py" line="0" />
      <source>Write a .png, .webp, .ora or .psd file.</source>
      <translation>Escribe un archivo .png, .webp, .ora o .psd.</translation>
    </message>
    <message>
      <location filename="../../studio/cli/adjust.py" line="0" />
      <source>Write a value in its range: {reason}.</source>
      <translation>Escriba un valor dentro del intervalo: {reason}.</translation>
    </message>
    <message>
      <location filename="../../studio/session/batch.py" line="0" />
      <source>Write for example: edit prompt="a red barn".</source>
      <translation>Escribe por ejemplo: edit prompt="un granero rojo".</translation>
    </message>
    <message>
      <location filename="../../studio/cli/rewriting.py" line="0" />
      <source>Write the word as it appears in the text.</source>
      <translation>Escribe la palabra tal como está allí.</translation>
    </message>
    <message>
      <location filename="../../studio/document/io/psd_write.py" line="0" />
      <source>Writing the file</source>
      <translation>Escribiendo el archivo</translation>
    </message>
    <message>
      <location filename="../../studio/document/io/ora_write.py" line="0" />
      <location filename="../../studio/document/io/psd_write.py" line="0" />
      <source>Writing the layers</source>
      <translation>Escribiendo las capas</translation>
    </message>
    <message>
      <location filename="../../studio/document/io/pictures.py" line="0" />
      <source>Writing the picture</source>
      <translation>Escribiendo la imagen</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/first_models.py" line="0" />
      <source>Written words, hands, and prompts of several sentences.</source>
      <translation>Palabras escritas, manos y prompts de varias frases.</translation>
    </message>
    <message>
      <location filename="../../studio/session/landing.py" line="0" />
      <source>Written: {files}</source>
      <translation>Escrito: {files}</translation>
    </message>
    <message>
      <location filename="../../studio/document/adjustments/table.py" line="0" />
      <source>Yellow</source>
      <translation>Amarillo</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/styles.py" line="0" />
      <source>Yellow blocks</source>
      <translation>Bloques amarillos</translation>
    </message>
    <message>
      <location filename="../../studio/document/adjustments/balance.py" line="0" />
      <source>Yellow to blue</source>
      <translation>Amarillo a azul</translation>
    </message>
    <message>
      <location filename="../../studio/document/adjustments/table.py" line="0" />
      <source>Yellows</source>
      <translation>Amarillos</translation>
    </message>
    <message>
      <location filename="../../studio/engine/process/process_engine.py" line="0" />
      <source>Your picture is untouched. Close other programs, or choose a smaller size or a smaller model, and try again.</source>
      <translation>La imagen está intacta. Cierra otros programas, o elige un tamaño o un modelo más pequeño, y vuelve a intentarlo.</translation>
    </message>
    <message>
      <location filename="../../studio/engine/process/process_engine.py" line="0" />
      <source>Your picture is untouched. Try again; if it happens once more, choose other settings or another model.</source>
      <translation>La imagen está intacta. Vuelve a intentarlo; si se repite, elige otros ajustes u otro modelo.</translation>
    </message>
    <message>
      <location filename="../../studio/tools/registry.py" line="0" />
      <source>Zoom</source>
      <translation>Zoom</translation>
    </message>
    <message>
      <location filename="../../studio/session/subjects.py" line="0" />
      <source>`lienzo subjects list` shows all subjects.</source>
      <translation>`lienzo subjects list` muestra los que hay.</translation>
    </message>
    <message>
      <location filename="../../studio/document/io/psd_losses.py" line="0" />
      <source>adjustments</source>
      <translation>ajustes</translation>
    </message>
    <message>
      <location filename="../../studio/document/io/psd_effects.py" line="0" />
      <source>bevel</source>
      <translation>bisel</translation>
    </message>
    <message>
      <location filename="../../studio/document/io/psd_losses.py" line="0" />
      <source>blackandwhite</source>
      <translation>blanco y negro</translation>
    </message>
    <message>
      <location filename="../../studio/document/io/psd_losses.py" line="0" />
      <source>blend modes</source>
      <translation>modos de fusión</translation>
    </message>
    <message>
      <location filename="../../studio/document/io/psd_losses.py" line="0" />
      <source>channelmixer</source>
      <translation>mezclador de canales</translation>
    </message>
    <message>
      <location filename="../../studio/document/io/psd_losses.py" line="0" />
      <source>clipping</source>
      <translation>recorte</translation>
    </message>
    <message>
      <location filename="../../studio/document/io/psd_losses.py" line="0" />
      <source>colorbalance</source>
      <translation>equilibrio de color</translation>
    </message>
    <message>
      <location filename="../../studio/document/io/psd_losses.py" line="0" />
      <source>colorlookup</source>
      <translation>consulta de colores</translation>
    </message>
    <message>
      <location filename="../../studio/document/io/psd_effects.py" line="0" />
      <source>colour overlay</source>
      <translation>superposición de color</translation>
    </message>
    <message>
      <location filename="../../studio/document/io/psd_losses.py" line="0" />
      <source>colours that are not sRGB</source>
      <translation>colores que no son sRGB</translation>
    </message>
    <message>
      <location filename="../../studio/document/io/psd_losses.py" line="0" />
      <source>damaged layers</source>
      <translation>capas dañadas</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/recognise/parts.py" line="0" />
      <source>decoder</source>
      <translation>decodificador</translation>
    </message>
    <message>
      <location filename="../../studio/document/io/psd_effects.py" line="0" />
      <source>drop shadow</source>
      <translation>sombra paralela</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/fit.py" line="0" />
      <source>embedding</source>
      <translation>embedding</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/recognise/parts.py" line="0" />
      <source>face recognition network</source>
      <translation>red de reconocimiento de caras</translation>
    </message>
    <message>
      <location filename="../../studio/document/io/psd_effects.py" line="0" />
      <source>gradient overlay</source>
      <translation>superposición de degradado</translation>
    </message>
    <message>
      <location filename="../../studio/document/io/psd_losses.py" line="0" />
      <source>gradientmap</source>
      <translation>mapa de degradado</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/fit.py" line="0" />
      <source>image encoder</source>
      <translation>codificador de imagen</translation>
    </message>
    <message>
      <location filename="../../studio/document/io/psd_effects.py" line="0" />
      <source>inner glow</source>
      <translation>resplandor interior</translation>
    </message>
    <message>
      <location filename="../../studio/document/io/psd_effects.py" line="0" />
      <source>inner shadow</source>
      <translation>sombra interior</translation>
    </message>
    <message>
      <location filename="../../studio/document/io/psd_losses.py" line="0" />
      <source>knockout</source>
      <translation>cobertura («knockout»)</translation>
    </message>
    <message>
      <location filename="../../studio/document/io/psd_losses.py" line="0" />
      <source>layer effects</source>
      <translation>efectos de capa</translation>
    </message>
    <message>
      <location filename="../../studio/document/io/psd_losses.py" line="0" />
      <source>layers that cannot be read</source>
      <translation>capas que no se pueden leer</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/fit.py" line="0" />
      <source>main network of a model</source>
      <translation>red principal de un modelo</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/fit.py" line="0" />
      <source>model</source>
      <translation>modelo</translation>
    </message>
    <message>
      <location filename="../../studio/engine/validation.py" line="0" />
      <source>negative prompt</source>
      <translation>prompt negativo</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/first_models.py" line="0" />
      <source>not known</source>
      <translation>no se conoce</translation>
    </message>
    <message>
      <location filename="../../studio/document/io/psd_effects.py" line="0" />
      <source>outer glow</source>
      <translation>resplandor exterior</translation>
    </message>
    <message>
      <location filename="../../studio/document/io/psd_effects.py" line="0" />
      <source>pattern overlay</source>
      <translation>superposición de motivo</translation>
    </message>
    <message>
      <location filename="../../studio/document/io/psd_losses.py" line="0" />
      <source>photofilter</source>
      <translation>filtro de fotografía</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/recognise/parts.py" line="0" />
      <source>prior</source>
      <translation>prior</translation>
    </message>
    <message>
      <location filename="../../studio/engine/validation.py" line="0" />
      <source>region prompts</source>
      <translation>prompts de región</translation>
    </message>
    <message>
      <location filename="../../studio/document/io/psd_effects.py" line="0" />
      <source>satin</source>
      <translation>satinado</translation>
    </message>
    <message>
      <location filename="../../studio/document/io/psd_losses.py" line="0" />
      <source>selectivecolor</source>
      <translation>corrección selectiva</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/recognise/parts.py" line="0" />
      <source>statistics of CLIP's embeddings</source>
      <translation>estadísticas de los embeddings de CLIP</translation>
    </message>
    <message>
      <location filename="../../studio/document/io/psd_effects.py" line="0" />
      <source>stroke</source>
      <translation>trazo</translation>
    </message>
    <message>
      <location filename="../../studio/engine/validation.py" line="0" />
      <source>subjects</source>
      <translation>sujetos</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/fit.py" line="0" />
      <source>text encoder</source>
      <translation>codificador de texto</translation>
    </message>
    <message>
      <location filename="../../studio/document/io/psd_losses.py" line="0" />
      <source>text, shapes and fills</source>
      <translation>texto, formas y rellenos</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/recognise/parts.py" line="0" />
      <source>umT5 text encoder</source>
      <translation>codificador de texto umT5</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/small_unclip.py" line="0" />
      <source>unCLIP makes pictures, varies, blends and moves them by words, nothing else.</source>
      <translation>unCLIP hace imágenes, las varía, las mezcla y las mueve con palabras, nada más.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/small_unclip.py" line="0" />
      <source>unCLIP takes no negative prompt.</source>
      <translation>unCLIP no admite descripción negativa.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/fit.py" line="0" />
      <source>upscaler</source>
      <translation>ampliador</translation>
    </message>
    <message>
      <location filename="../../studio/document/io/psd_losses.py" line="0" />
      <source>vector masks</source>
      <translation>máscaras vectoriales</translation>
    </message>
    <message>
      <location filename="../../studio/document/io/psd_losses.py" line="0" />
      <source>vibrance</source>
      <translation>intensidad</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/recognise/parts.py" line="0" />
      <source>vision part of Qwen2.5-VL</source>
      <translation>parte visual de Qwen2.5-VL</translation>
    </message>
    <message>
      <location filename="../../studio/ui/documents/file_work.py" line="0" />
      <source>{count} files could not be opened:
{reasons}</source>
      <translation>No se pudieron abrir {count} archivos:
{reasons}</translation>
    </message>
    <message>
      <location filename="../../studio/session/photos.py" line="0" />
      <source>{count} items of the folder {name} were left out: {files}.</source>
      <translation>Se omitieron {count} elementos de la carpeta {name}: {files}.</translation>
    </message>
    <message>
      <location filename="../../studio/session/photos.py" line="0" />
      <source>{count} more photos were left out.</source>
      <translation>Se han dejado fuera {count} fotos más.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/lora_files.py" line="0" />
      <source>{count} of {total} tensors of the LoRA {name} are of an unknown kind, such as {examples}; the others are applied.</source>
      <translation>{count} de {total} tensores del LoRA {name} son de un tipo que Lienzo no conoce, como {examples}; los demás actúan.</translation>
    </message>
    <message>
      <location filename="../../studio/photos/photos.py" line="0" />
      <source>{count} photos are more than necessary: 3 to {few} are enough. Training uses the {most} sharpest.</source>
      <translation>{count} fotos son más de las que hacen falta: de 3 a {few} muestran bien un motivo. El entrenamiento usa las {most} más nítidas.</translation>
    </message>
    <message>
      <location filename="../../studio/session/training_plans.py" line="0" />
      <location filename="../../studio/ui/training/photo_row.py" line="0" />
      <source>{count} photos are too many to learn from.</source>
      <translation>{count} fotos son demasiadas para aprender.</translation>
    </message>
    <message>
      <location filename="../../studio/core/download/resumable.py" line="0" />
      <source>{folder} cannot be written to ({reason}).</source>
      <translation>No se puede escribir en {folder} ({reason}).</translation>
    </message>
    <message>
      <location filename="../../studio/core/assets/install.py" line="0" />
      <source>{folder} cannot be written to.</source>
      <translation>No se puede escribir en {folder}.</translation>
    </message>
    <message>
      <location filename="../../studio/core/assets/install.py" line="0" />
      <source>{folder} has no {name}.</source>
      <translation>{folder} no tiene {name}.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/pack_install.py" line="0" />
      <source>{folder} has {free} GB free, but the pack needs {needed} GB.</source>
      <translation>En {folder} hay {free} GB libres, pero el paquete necesita {needed} GB.</translation>
    </message>
    <message>
      <location filename="../../studio/core/download/resumable.py" line="0" />
      <source>{folder} has {free} GB free, but {name} needs {needed} GB more.</source>
      <translation>En {folder} hay {free} GB libres, pero {name} necesita {needed} GB más.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/packs.py" line="0" />
      <source>{folder} is no model in diffusers layout.</source>
      <translation>{folder} no es un modelo en el formato de diffusers.</translation>
    </message>
    <message>
      <location filename="../../studio/document/io/outgoing.py" line="0" />
      <source>{format} has no place for the IPTC captions.</source>
      <translation>{format} no tiene sitio para los textos IPTC.</translation>
    </message>
    <message>
      <location filename="../../studio/document/io/outgoing.py" line="0" />
      <source>{format} has no place for: {names}.</source>
      <translation>{format} no tiene sitio para: {names}.</translation>
    </message>
    <message>
      <location filename="../../studio/document/io/formats.py" line="0" />
      <source>{format} has no such layers; a picture of each with all below it is in the file: {layers}.</source>
      <translation>{format} no tiene capas así; en el archivo hay una imagen de cada una con todo lo que tiene debajo: {layers}.</translation>
    </message>
    <message>
      <location filename="../../studio/core/download/resumable.py" line="0" />
      <source>{host} answered with a web page instead of {name}.</source>
      <translation>{host} respondió con una página web en lugar de {name}.</translation>
    </message>
    <message>
      <location filename="../../studio/core/download/resumable.py" line="0" />
      <source>{host} gives {name} only to those who have accepted its licence there.</source>
      <translation>{host} solo da {name} a quienes han aceptado allí su licencia.</translation>
    </message>
    <message>
      <location filename="../../studio/core/download/resumable.py" line="0" />
      <source>{host} has another version of {name} than the one that Lienzo knows.</source>
      <translation>{host} tiene otra versión de {name} que la que conoce Lienzo.</translation>
    </message>
    <message>
      <location filename="../../studio/core/download/resumable.py" line="0" />
      <source>{host} has no file {name} any more.</source>
      <translation>{host} ya no tiene el archivo {name}.</translation>
    </message>
    <message>
      <location filename="../../studio/core/download/resumable.py" line="0" />
      <source>{host} is busy ({status}).</source>
      <translation>{host} está ocupado ({status}).</translation>
    </message>
    <message>
      <location filename="../../studio/core/download/resumable.py" line="0" />
      <source>{host} refuses to send {name} ({status}).</source>
      <translation>{host} se niega a enviar {name} ({status}).</translation>
    </message>
    <message>
      <location filename="../../studio/core/download/http_get.py" line="0" />
      <source>{host} sends in circles.</source>
      <translation>{host} remite en círculos.</translation>
    </message>
    <message>
      <location filename="../../studio/core/download/http_get.py" line="0" />
      <source>{host} sends on to an address without encryption.</source>
      <translation>{host} remite a una dirección sin cifrado.</translation>
    </message>
    <message>
      <location filename="../../studio/core/download/http_get.py" line="0" />
      <source>{host} sent nothing for {seconds} seconds.</source>
      <translation>{host} no ha enviado nada durante {seconds} segundos.</translation>
    </message>
    <message>
      <location filename="../../studio/core/download/http_get.py" line="0" />
      <source>{host} was not found.</source>
      <translation>No se ha encontrado {host}.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/detectors.py" line="0" />
      <source>{label} needs the file {file}, and no folder for such files is set.</source>
      <translation>{label} necesita el archivo {file}, y no hay ninguna carpeta indicada para esos archivos.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/detectors.py" line="0" />
      <source>{label} needs the file {file}, which is not in {folder}.</source>
      <translation>{label} necesita el archivo {file}, que no está en {folder}.</translation>
    </message>
    <message>
      <location filename="../../studio/engine/pipelines/row.py" line="0" />
      <location filename="../../studio/engine/validation.py" line="0" />
      <source>{model} cannot do this ({what}): {reason}</source>
      <translation>{model} no puede hacer esto ({what}): {reason}</translation>
    </message>
    <message>
      <location filename="../../studio/engine/engine.py" line="0" />
      <location filename="../../studio/ui/training/training_form.py" line="0" />
      <source>{model} cannot learn a subject this way: {reason}</source>
      <translation>{model} no puede aprender un sujeto así: {reason}</translation>
    </message>
    <message>
      <location filename="../../studio/engine/pipelines/controls.py" line="0" />
      <source>{model} follows its control image at full strength only.</source>
      <translation>{model} solo sigue su imagen de control con toda la intensidad.</translation>
    </message>
    <message>
      <location filename="../../studio/engine/pipelines/controls.py" line="0" />
      <source>{model} follows its control image in every step, not in a part.</source>
      <translation>{model} sigue su imagen de control en todos los pasos, no en una parte.</translation>
    </message>
    <message>
      <location filename="../../studio/engine/pipelines/controls.py" line="0" />
      <source>{model} follows no control image in this task ({task}).</source>
      <translation>{model} no sigue ninguna imagen de control en esta tarea ({task}).</translation>
    </message>
    <message>
      <location filename="../../studio/engine/pipelines/references.py" line="0" />
      <source>{model} follows references in every step, not in a part.</source>
      <translation>{model} sigue las referencias en todos los pasos, no en una parte.</translation>
    </message>
    <message>
      <location filename="../../studio/engine/pipelines/references.py" line="0" />
      <source>{model} follows references in the whole picture, not in a place.</source>
      <translation>{model} sigue las referencias en toda la imagen, no en un lugar.</translation>
    </message>
    <message>
      <location filename="../../studio/engine/pipelines/steered.py" line="0" />
      <source>{model} has no step that a judge could steer for this task.</source>
      <translation>{model} no tiene para esta tarea ningún paso que un juez pueda dirigir.</translation>
    </message>
    <message>
      <location filename="../../studio/engine/families/flux_2/family.py" line="0" />
      <source>{model} is distilled: the CFG scale has no effect, and 4 steps are enough.</source>
      <translation>{model} está destilado: la escala CFG no tiene efecto y bastan 4 pasos.</translation>
    </message>
    <message>
      <location filename="../../studio/engine/pipelines/family.py" line="0" />
      <source>{model} learns no subject: a {family} model is too large for that here.</source>
      <translation>{model} no aprende ningún tema: un modelo {family} es demasiado grande para eso aquí.</translation>
    </message>
    <message>
      <location filename="../../studio/session/generations/systems.py" line="0" />
      <source>{model} makes no picture from a prompt: {reason}</source>
      <translation>{model} no hace imágenes a partir de un prompt: {reason}</translation>
    </message>
    <message>
      <location filename="../../studio/engine/residency.py" line="0" />
      <source>{model} needs about {need} MB of memory for this, and only {free} MB are free.</source>
      <translation>{model} necesita unos {need} MB de memoria para esto, y solo hay {free} MB libres.</translation>
    </message>
    <message>
      <location filename="../../studio/engine/pipelines/controls.py" line="0" />
      <source>{model} paints after a control image, and there is none.</source>
      <translation>{model} pinta según una imagen de control, y no hay ninguna.</translation>
    </message>
    <message>
      <location filename="../../studio/engine/pipelines/controls.py" line="0" />
      <source>{model} reads no negative prompt beside a control image.</source>
      <translation>{model} no lee ningún prompt negativo junto a una imagen de control.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/references.py" line="0" />
      <source>{model} sees references with its own image encoder and takes no IP-Adapter.</source>
      <translation>{model} ve las referencias con su propio codificador de imágenes y no admite IP-Adapter.</translation>
    </message>
    <message>
      <location filename="../../studio/engine/validation.py" line="0" />
      <source>{model} takes no embeddings, so {word} counts as a plain word.</source>
      <translation>{model} no admite embeddings, así que {word} cuenta como una palabra corriente.</translation>
    </message>
    <message>
      <location filename="../../studio/engine/pipelines/controls.py" line="0" />
      <source>{model} takes one control image, not {count}.</source>
      <translation>{model} admite una imagen de control, no {count}.</translation>
    </message>
    <message>
      <location filename="../../studio/engine/pipelines/references.py" line="0" />
      <source>{model} takes references or control images, not both at once.</source>
      <translation>{model} admite referencias o imágenes de control, no ambas a la vez.</translation>
    </message>
    <message>
      <location filename="../../studio/engine/pipelines/controls.py" line="0" />
      <source>{model} weighs control and prompt evenly; the priority was left out.</source>
      <translation>{model} da el mismo peso al control y al prompt; la prioridad no se tuvo en cuenta.</translation>
    </message>
    <message>
      <location filename="../../studio/core/download/resumable.py" line="0" />
      <source>{name} arrived with another content than published: its checksum differs.</source>
      <translation>{name} llegó con un contenido distinto del publicado: su suma de comprobación no coincide.</translation>
    </message>
    <message>
      <location filename="../../studio/document/io/formats.py" line="0" />
      <source>{name} cannot be read ({reason}).</source>
      <translation>No se puede leer {name} ({reason}).</translation>
    </message>
    <message>
      <location filename="../../studio/document/adjustments/lut.py" line="0" />
      <source>{name} cannot be read.</source>
      <translation>{name} no se puede leer.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/packs.py" line="0" />
      <source>{name} cannot be trusted: {inside}: {reason}.</source>
      <translation>{name} no es de fiar: {inside}: {reason}.</translation>
    </message>
    <message>
      <location filename="../../studio/document/io/density.py" line="0" />
      <source>{name} claims {found} pixels per inch, which is impossible; {used} is used.</source>
      <translation>{name} indica {found} píxeles por pulgada, lo que es imposible; ahora tiene {used}.</translation>
    </message>
    <message>
      <location filename="../../studio/core/assets/convert.py" line="0" />
      <source>{name} could not be converted: {reason}</source>
      <translation>No se pudo convertir {name}: {reason}</translation>
    </message>
    <message>
      <location filename="../../studio/document/io/common.py" line="0" />
      <location filename="../../studio/document/io/heic_decode.py" line="0" />
      <source>{name} does not fit into the free memory.</source>
      <translation>{name} no cabe en la memoria libre.</translation>
    </message>
    <message>
      <location filename="../../studio/document/io/pictures.py" line="0" />
      <source>{name} has 16 bits a channel; it was reduced to 8.</source>
      <translation>{name} tiene 16 bits por canal; se redujo a 8.</translation>
    </message>
    <message>
      <location filename="../../studio/document/io/pictures.py" line="0" />
      <source>{name} has damaged metadata, which was left out; its pixels are complete.</source>
      <translation>{name} tiene datos dañados junto a los píxeles, que se han omitido; los píxeles están completos.</translation>
    </message>
    <message>
      <location filename="../../studio/document/io/formats.py" line="0" />
      <source>{name} has no extension that can be saved.</source>
      <translation>{name} no tiene una extensión con la que se pueda guardar.</translation>
    </message>
    <message>
      <location filename="../../studio/core/assets/install.py" line="0" />
      <source>{name} has not what it should ({reason}).</source>
      <translation>{name} no tiene lo que debería ({reason}).</translation>
    </message>
    <message>
      <location filename="../../studio/document/io/density.py" line="0" />
      <source>{name} has {across} pixels per inch across and {down} down; it has {across} both ways now.</source>
      <translation>{name} tiene {across} píxeles por pulgada a lo ancho y {down} a lo alto; ahora tiene {across} en ambos sentidos.</translation>
    </message>
    <message>
      <location filename="../../studio/document/io/psd_read.py" line="0" />
      <source>{name} has {bits} bits a channel; it was reduced to 8.</source>
      <translation>{name} tiene {bits} bits por canal; se redujo a 8.</translation>
    </message>
    <message>
      <location filename="../../studio/document/io/ora_read.py" line="0" />
      <location filename="../../studio/document/io/psd_read.py" line="0" />
      <source>{name} has {count} layers; at most {limit} can be opened.</source>
      <translation>{name} tiene {count} capas; se pueden abrir {limit} como máximo.</translation>
    </message>
    <message>
      <location filename="../../studio/document/io/pictures.py" line="0" />
      <source>{name} holds {count} pictures; the first one opened.</source>
      <translation>{name} contiene {count} imágenes; se abrió la primera.</translation>
    </message>
    <message>
      <location filename="../../studio/document/io/formats.py" line="0" />
      <source>{name} is a folder, not a picture.</source>
      <translation>{name} es una carpeta, no una imagen.</translation>
    </message>
    <message>
      <location filename="../../studio/document/io/common.py" line="0" />
      <source>{name} is a kind of {label} that Lienzo cannot read ({reason}).</source>
      <translation>{name} es un tipo de {label} que Lienzo no sabe leer ({reason}).</translation>
    </message>
    <message>
      <location filename="../../studio/document/io/psd_read.py" line="0" />
      <source>{name} is a {mode} picture; it was converted to sRGB.</source>
      <translation>{name} es una imagen {mode}; se convirtió a sRGB.</translation>
    </message>
    <message>
      <location filename="../../studio/core/download/resumable.py" line="0" />
      <source>{name} is being downloaded already.</source>
      <translation>{name} ya se está descargando.</translation>
    </message>
    <message>
      <location filename="../../studio/document/io/pictures.py" line="0" />
      <source>{name} is cut off after {size} bytes; nothing of this {label} can be shown.</source>
      <translation>{name} está cortado tras {size} bytes; nada de este {label} se puede mostrar sin el resto.</translation>
    </message>
    <message>
      <location filename="../../studio/document/io/ora_read.py" line="0" />
      <location filename="../../studio/document/io/pictures.py" line="0" />
      <source>{name} is damaged or cut off; what can be read of it is open.</source>
      <translation>{name} está dañado o incompleto; se abrió lo que se puede leer.</translation>
    </message>
    <message>
      <location filename="../../studio/document/io/common.py" line="0" />
      <source>{name} is damaged or incomplete and cannot be read as {label} ({reason}).</source>
      <translation>{name} está dañado o incompleto y no se puede leer como {label} ({reason}).</translation>
    </message>
    <message>
      <location filename="../../studio/document/io/formats.py" line="0" />
      <source>{name} is empty (0 bytes).</source>
      <translation>{name} está vacío (0 bytes).</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/packs.py" line="0" />
      <source>{name} is incomplete or no pack of Lienzo ({reason}).</source>
      <translation>{name} está incompleto o no es un paquete de Lienzo ({reason}).</translation>
    </message>
    <message>
      <location filename="../../studio/document/adjustments/lut.py" line="0" />
      <source>{name} is no table of colours: {reason}.</source>
      <translation>{name} no es una tabla de colores: {reason}.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/fit.py" line="0" />
      <source>{name} is no {wanted}; it is of this kind: {kind}.</source>
      <translation>{name} no es un archivo del tipo {wanted}; es de este tipo: {kind}.</translation>
    </message>
    <message>
      <location filename="../../studio/session/photos.py" line="0" />
      <source>{name} is not a file.</source>
      <translation>{name} no es un archivo.</translation>
    </message>
    <message>
      <location filename="../../studio/document/io/formats.py" line="0" />
      <location filename="../../studio/document/io/ora_read.py" line="0" />
      <location filename="../../studio/document/io/preview.py" line="0" />
      <source>{name} is not a picture that Lienzo knows.</source>
      <translation>{name} no es una imagen que Lienzo conozca.</translation>
    </message>
    <message>
      <location filename="../../studio/core/assets/places.py" line="0" />
      <source>{name} is not installed, which this needs.</source>
      <translation>{name} no está instalada, y esto la necesita.</translation>
    </message>
    <message>
      <location filename="../../studio/core/assets/download.py" line="0" />
      <location filename="../../studio/core/assets/install.py" line="0" />
      <source>{name} is not the file that Lienzo is tested with: its checksum differs.</source>
      <translation>{name} no es el archivo con el que se prueba Lienzo: su suma de comprobación es distinta.</translation>
    </message>
    <message>
      <location filename="../../studio/session/infotext.py" line="0" />
      <location filename="../../studio/session/whereabouts.py" line="0" />
      <source>{name} is not the file that this was made with.</source>
      <translation>{name} no es el mismo archivo con el que se hizo esto.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/documents/files.py" line="0" />
      <source>{name} is open in another tab.</source>
      <translation>{name} está abierto en otra pestaña.</translation>
    </message>
    <message>
      <location filename="../../studio/document/io/pictures.py" line="0" />
      <source>{name} is too large to open.</source>
      <translation>{name} es demasiado grande para abrirlo.</translation>
    </message>
    <message>
      <location filename="../../studio/document/io/common.py" line="0" />
      <source>{name} is {width} x {height} pixels, which is too large to open.</source>
      <translation>{name} tiene {width} x {height} píxeles, demasiado grande para abrirlo.</translation>
    </message>
    <message>
      <location filename="../../studio/document/io/psd_losses.py" line="0" />
      <source>{name} looks different here than in the program that saved it, because of its {causes}; the hidden layer "{layer}" on top shows the original look. Open it flattened to use that.</source>
      <translation>{name} se ve distinto aquí que en el programa que lo guardó, por: {causes}. La capa oculta «{layer}», encima de todo, muestra cómo era. Ábrelo acoplado para tener ese aspecto.</translation>
    </message>
    <message>
      <location filename="../../studio/document/io/psd_losses.py" line="0" />
      <source>{name} looks different here than in the program that saved it; the hidden layer "{layer}" on top shows the original look. Open it flattened to use that.</source>
      <translation>{name} se ve distinto aquí que en el programa que lo guardó; la capa oculta «{layer}», encima de todo, muestra cómo era. Ábrelo acoplado para tener ese aspecto.</translation>
    </message>
    <message>
      <location filename="../../studio/edit/training_defaults.py" line="0" />
      <source>{name} must lie between {low} and {high}.</source>
      <translation>{name} debe estar entre {low} y {high}.</translation>
    </message>
    <message>
      <location filename="../../studio/document/io/common.py" line="0" />
      <source>{name} needs {needed} MB of memory, more than is free.</source>
      <translation>{name} necesita {needed} MB de memoria, más de la que hay libre.</translation>
    </message>
    <message>
      <location filename="../../studio/engine/photo/words.py" line="0" />
      <source>{name} reads {limit} tokens; the rest of the prompt was left out.</source>
      <translation>{name} lee {limit} tokens; el resto del prompt se ha omitido.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/fit.py" line="0" />
      <source>{name} says that it is for {theirs}, but the model {model} is of the kind {ours}; it was tried all the same.</source>
      <translation>{name} dice que es para {theirs}, pero el modelo {model} es del tipo {ours}; se probó de todos modos.</translation>
    </message>
    <message>
      <location filename="../../studio/core/assets/download.py" line="0" />
      <source>{name} was not in the download.</source>
      <translation>{name} no estaba en la descarga.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/pack_install.py" line="0" />
      <source>{name} was not installed ({reason}).</source>
      <translation>No se ha instalado {name} ({reason}).</translation>
    </message>
    <message>
      <location filename="../../studio/core/atomic.py" line="0" />
      <source>{name} was not saved: the disk is full.</source>
      <translation>No se guardó {name}: el disco está lleno.</translation>
    </message>
    <message>
      <location filename="../../studio/core/atomic.py" line="0" />
      <source>{name} was not saved: there is no folder {folder}.</source>
      <translation>No se guardó {name}: no existe la carpeta {folder}.</translation>
    </message>
    <message>
      <location filename="../../studio/core/atomic.py" line="0" />
      <source>{name} was not saved: {folder} cannot be written to.</source>
      <translation>No se guardó {name}: no se puede escribir en {folder}.</translation>
    </message>
    <message>
      <location filename="../../studio/core/atomic.py" line="0" />
      <source>{name} was not saved: {reason}.</source>
      <translation>No se guardó {name}: {reason}.</translation>
    </message>
    <message>
      <location filename="../../studio/session/whereabouts.py" line="0" />
      <source>{name}, which this result was made with, is not in your model folders.</source>
      <translation>{name}, con lo que se hizo este resultado, no está en tus carpetas de modelos.</translation>
    </message>
    <message>
      <location filename="../../studio/session/sources.py" line="0" />
      <source>{number} is not a valid LoRA weight.</source>
      <translation>{number} no es un peso para un LoRA.</translation>
    </message>
    <message>
      <location filename="../../studio/session/sources.py" line="0" />
      <source>{number} is not a valid strength.</source>
      <translation>{number} no es una fuerza.</translation>
    </message>
    <message>
      <location filename="../../studio/engine/validation.py" line="0" />
      <source>{number} is not a valid weight for {path}.</source>
      <translation>{number} no es un peso para {path}.</translation>
    </message>
    <message>
      <location filename="../../studio/edit/inversions.py" line="0" />
      <source>{number} is not a valid weight for “{word}”.</source>
      <translation>{number} no es un peso para «{word}».</translation>
    </message>
    <message>
      <location filename="../../studio/session/batch.py" line="0" />
      <source>{part} is no setting.</source>
      <translation>{part} no es un ajuste.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/recognise/opening.py" line="0" />
      <source>{path} begins with zeros: its download was never finished.</source>
      <translation>{path} empieza con ceros: su descarga no llegó a terminar.</translation>
    </message>
    <message>
      <location filename="../../studio/cli/like.py" line="0" />
      <source>{path} contains no prompt.</source>
      <translation>{path} no lleva ningún prompt.</translation>
    </message>
    <message>
      <location filename="../../studio/engine/adapters/textual_inversion.py" line="0" />
      <source>{path} defines several words: {words}.</source>
      <translation>{path} trae varias palabras: {words}.</translation>
    </message>
    <message>
      <location filename="../../studio/engine/pipelines/lora.py" line="0" />
      <source>{path} has DoRA magnitudes, which this kind of model does not use; it was applied as a plain LoRA.</source>
      <translation>{path} tiene magnitudes DoRA, que este tipo de modelo no usa; se aplicó como un LoRA corriente.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/vae_files.py" line="0" />
      <source>{path} has no VAE that Lienzo can read.</source>
      <translation>{path} no tiene ningún VAE que Lienzo pueda leer.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/extra_paths.py" line="0" />
      <source>{path} has something in line {line} that Lienzo does not read.</source>
      <translation>{path} tiene en la línea {line} algo que Lienzo no lee.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/single/model_file.py" line="0" />
      <source>{path} has weights of a kind that Lienzo does not know ({name}).</source>
      <translation>{path} tiene pesos de un tipo que Lienzo no conoce ({name}).</translation>
    </message>
    <message>
      <location filename="../../studio/session/sources.py" line="0" />
      <source>{path} has {width} x {height} pixels; its proportions differ from those of the picture ({wide} x {high}).</source>
      <translation>{path} tiene {width} x {height} píxeles, que son otras proporciones que las de la imagen, {wide} x {high}.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/flux.py" line="0" />
      <source>{path} is Flux Redux, which only reads pictures for another model.</source>
      <translation>{path} es Flux Redux, que solo lee imágenes para otro modelo.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/recognise/pickle_header.py" line="0" />
      <source>{path} is a Python pickle that contains more than weights ({name}) and could run code.</source>
      <translation>{path} es un pickle de Python que contiene algo más que pesos ({name}) y podría ejecutar código.</translation>
    </message>
    <message>
      <location filename="../../studio/engine/adapters/weights_file.py" line="0" />
      <source>{path} is a Python pickle that contains more than weights and could run code; it was not loaded.</source>
      <translation>{path} es un pickle de Python que contiene más que pesos y podría ejecutar código; no se ejecutó nada.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/recognise/opening.py" line="0" />
      <source>{path} is a download that is not finished.</source>
      <translation>{path} es una descarga sin terminar.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/recognise/opening.py" line="0" />
      <source>{path} is a web page or a server's message, not a model.</source>
      <translation>{path} es una página web o un mensaje de un servidor, no un modelo.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/recognise/pickle_header.py" line="0" />
      <source>{path} is a zip archive, not a weight file.</source>
      <translation>{path} es un archivo zip, no un archivo de pesos.</translation>
    </message>
    <message>
      <location filename="../../studio/engine/pipelines/lora.py" line="0" />
      <source>{path} is a {kind} file, which {model} cannot use.</source>
      <translation>{path} es un archivo {kind}, que {model} no puede usar.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/lora_files.py" line="0" />
      <source>{path} is a {kind}, an adapter of a kind that Lienzo cannot run.</source>
      <translation>{path} es un {kind}, un tipo de adaptador que Lienzo no puede usar.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/recognise/opening.py" line="0" />
      <source>{path} is damaged: it does not begin like a {kind} file.</source>
      <translation>{path} está dañado: no empieza como un archivo {kind}.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/recognise/opening.py" line="0" />
      <source>{path} is empty.</source>
      <translation>{path} está vacío.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/controls.py" line="0" />
      <source>{path} is not a ControlNet, or is of a kind that Lienzo cannot run.</source>
      <translation>{path} no es un ControlNet, o es de un tipo que Lienzo no puede usar.</translation>
    </message>
    <message>
      <location filename="../../studio/engine/pipelines/lora.py" line="0" />
      <source>{path} is not a LoRA.</source>
      <translation>{path} no es un LoRA.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/recognise/opening.py" line="0" />
      <source>{path} is not a file.</source>
      <translation>{path} no es un archivo.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/recognise/model_folder.py" line="0" />
      <source>{path} is not a model in diffusers layout (it has no model_index.json).</source>
      <translation>{path} no es un modelo en formato diffusers (no tiene model_index.json).</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/packs.py" line="0" />
      <source>{path} is not a model that can be packed.</source>
      <translation>{path} no es un modelo que se pueda empaquetar.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/single/model_file.py" line="0" />
      <source>{path} is not a model, but a part or an addition for one ({kind}).</source>
      <translation>{path} no es un modelo, sino una parte o un complemento de uno ({kind}).</translation>
    </message>
    <message>
      <location filename="../../studio/engine/adapters/embedding_files.py" line="0" />
      <source>{path} is not a textual-inversion embedding.</source>
      <translation>{path} no es un embedding de inversión textual.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/recognise/opening.py" line="0" />
      <source>{path} is not a weight file that Lienzo knows.</source>
      <translation>{path} no es un archivo de pesos que Lienzo conozca.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/single/model_file.py" line="0" />
      <source>{path} is of a kind that Lienzo does not load from a single file yet ({kind}).</source>
      <translation>{path} es de un tipo que Lienzo todavía no carga desde un solo archivo ({kind}).</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/recognise/opening.py" line="0" />
      <source>{path} is of the kind {kind}, not a model that Lienzo reads.</source>
      <translation>{path} es de tipo {kind}, no un modelo que Lienzo lea.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/recognise/shards.py" line="0" />
      <source>{path} is one of {count} files of a model, and {name} is missing.</source>
      <translation>{path} es uno de los {count} archivos de un modelo, y falta {name}.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/recognise/opening.py" line="0" />
      <source>{path} is only a pointer of git-lfs: the file itself was not downloaded.</source>
      <translation>{path} es solo un puntero de git-lfs: el archivo en sí no se descargó.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/kandinsky.py" line="0" />
      <source>{path} is only the prior of Kandinsky 2.2, which makes no pictures.</source>
      <translation>{path} es solo el prior de Kandinsky 2.2, que no hace imágenes.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/stable_diffusion_xl.py" line="0" />
      <source>{path} is the refiner of Stable Diffusion XL, which only finishes the pictures of another model.</source>
      <translation>{path} es el refinador de Stable Diffusion XL, que solo termina las imágenes de otro modelo.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/families/deepfloyd_if.py" line="0" />
      <source>{path} is the second stage of DeepFloyd IF, which only enlarges.</source>
      <translation>{path} es la segunda etapa de DeepFloyd IF, que solo amplía.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/pack_install.py" line="0" />
      <source>{path} is there already with another content. Nothing was installed.</source>
      <translation>{path} ya existe con otro contenido. No se ha instalado nada.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/single/model_file.py" line="0" />
      <source>{path} lacks tensors that every model of this kind has, or names them in a way that Lienzo does not know.</source>
      <translation>A {path} le faltan tensores que todo modelo de este tipo tiene, o los nombra de un modo que Lienzo no conoce.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/single/model_file.py" line="0" />
      <source>{path} stores its weights in a way that Lienzo cannot read yet ({format}).</source>
      <translation>{path} guarda sus pesos de un modo que Lienzo todavía no puede leer ({format}).</translation>
    </message>
    <message>
      <location filename="../../studio/core/assets/download.py" line="0" />
      <source>{program} could not be started ({reason}).</source>
      <translation>No se pudo iniciar {program} ({reason}).</translation>
    </message>
    <message>
      <location filename="../../studio/core/assets/download.py" line="0" />
      <source>{program} could not fetch {what}: {reason}</source>
      <translation>{program} no pudo descargar {what}: {reason}</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/packs.py" line="0" />
      <location filename="../../studio/core/assets/install.py" line="0" />
      <source>{reason}.</source>
      <translation>{reason}.</translation>
    </message>
    <message>
      <location filename="../../studio/cli/adjust.py" line="0" />
      <source>{row} has no setting {name}.</source>
      <translation>{row} no tiene ningún ajuste {name}.</translation>
    </message>
    <message>
      <location filename="../../studio/engine/latent_diffusion/running.py" line="0" />
      <location filename="../../studio/engine/pipelines/running.py" line="0" />
      <source>{sampler} has no {schedule} schedule, so {used} was used.</source>
      <translation>{sampler} no tiene el schedule {schedule}, así que se usó {used}.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/recognise/remember.py" line="0" />
      <source>{setting} cannot be chosen.</source>
      <translation>{setting} no se puede elegir.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/recognise/remember.py" line="0" />
      <location filename="../../studio/catalog/settings.py" line="0" />
      <location filename="../../studio/cli/enlarge.py" line="0" />
      <location filename="../../studio/cli/identify.py" line="0" />
      <location filename="../../studio/core/limits.py" line="0" />
      <source>{setting} cannot be {value}.</source>
      <translation>{setting} no puede ser {value}.</translation>
    </message>
    <message>
      <location filename="../../studio/engine/validation.py" line="0" />
      <source>{setting} has no effect with {model}: {reason}</source>
      <translation>{setting} no tiene efecto con {model}: {reason}</translation>
    </message>
    <message>
      <location filename="../../studio/document/new_document.py" line="0" />
      <source>{text} is not a valid background.</source>
      <translation>{text} no es un fondo.</translation>
    </message>
    <message>
      <location filename="../../studio/document/new_document.py" line="0" />
      <source>{text} is not a valid picture size.</source>
      <translation>{text} no es un tamaño de imagen.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/get_commands.py" line="0" />
      <source>{title} is a part of a model, not a model.</source>
      <translation>{title} es parte de un modelo, no un modelo.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/first_fetch.py" line="0" />
      <source>{title} needs {part}, for which Lienzo has no address.</source>
      <translation>{title} necesita {part}, de lo que Lienzo no tiene dirección.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/photo_tools.py" line="0" />
      <location filename="../../studio/session/batch.py" line="0" />
      <source>{tool} has no setting called {name}.</source>
      <translation>{tool} no tiene ningún ajuste llamado {name}.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/first_fetch.py" line="0" />
      <location filename="../../studio/core/download/http_get.py" line="0" />
      <source>{url} is not an address of the web.</source>
      <translation>{url} no es una dirección web.</translation>
    </message>
    <message>
      <location filename="../../studio/cli/adjust.py" line="0" />
      <source>{value} is no value for {name} of {row}.</source>
      <translation>{value} no es un valor para {name} de {row}.</translation>
    </message>
    <message>
      <location filename="../../studio/edit/prompt_syntax.py" line="0" />
      <source>“AND” does not separate prompts here; it is read as a word.</source>
      <translation>«AND» no separa aquí los prompts; se lee como una palabra.</translation>
    </message>
    <message>
      <location filename="../../studio/catalog/subjects.py" line="0" />
      <source>“{name}” cannot be the name of a subject.</source>
      <translation>«{name}» no puede ser el nombre de un sujeto.</translation>
    </message>
    <message>
      <location filename="../../studio/engine/photo/words.py" line="0" />
      <source>“{prompt}” was not found in this picture ({chance} % for the likeliest place).</source>
      <translation>No se ha encontrado «{prompt}» en esta imagen ({chance} % en el sitio más probable).</translation>
    </message>
    <message>
      <location filename="../../studio/session/sources.py" line="0" />
      <source>“{text}” does not name a LoRA.</source>
      <translation>«{text}» no nombra ningún LoRA.</translation>
    </message>
    <message>
      <location filename="../../studio/session/sources.py" line="0" />
      <source>“{text}” does not name a control.</source>
      <translation>«{text}» no nombra ningún control.</translation>
    </message>
    <message>
      <location filename="../../studio/session/sources.py" line="0" />
      <source>“{text}” does not name a reference.</source>
      <translation>«{text}» no nombra ninguna referencia.</translation>
    </message>
    <message>
      <location filename="../../studio/session/sources.py" line="0" />
      <source>“{text}” does not name a region reference.</source>
      <translation>«{text}» no indica ninguna referencia de una región.</translation>
    </message>
    <message>
      <location filename="../../studio/session/sources.py" line="0" />
      <source>“{text}” does not name a region.</source>
      <translation>«{text}» no indica ninguna región.</translation>
    </message>
    <message>
      <location filename="../../studio/session/sources.py" line="0" />
      <source>“{text}” does not name an embedding.</source>
      <translation>«{text}» no nombra ningún embedding.</translation>
    </message>
    <message>
      <location filename="../../studio/edit/prompt_syntax.py" line="0" />
      <source>“{text}” is a setting of another program and was left out.</source>
      <translation>«{text}» es un ajuste de otro programa y se dejó fuera.</translation>
    </message>
    <message>
      <location filename="../../studio/edit/networks.py" line="0" />
      <source>“{text}” is not a LoRA but a network that Lienzo cannot run, so it was left out.</source>
      <translation>«{text}» no es un LoRA sino una red que Lienzo no puede usar, así que se ha omitido.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/training/training_form.py" line="0" />
      <source>“{text}” is not a number.</source>
      <translation>«{text}» no es un número.</translation>
    </message>
    <message>
      <location filename="../../studio/session/sources.py" line="0" />
      <source>“{text}” names a ControlNet that no control uses.</source>
      <translation>«{text}» nombra un ControlNet que ningún control usaría.</translation>
    </message>
    <message>
      <location filename="../../studio/edit/prompt_syntax.py" line="0" />
      <source>“{text}” offers a choice, which Lienzo does not support; “{kept}” is used.</source>
      <translation>«{text}» ofrece una elección, que Lienzo no admite; se usa «{kept}».</translation>
    </message>
    <message>
      <location filename="../../studio/edit/prompt_syntax.py" line="0" />
      <source>“{text}” would change between the steps, which Lienzo does not support; “{kept}” is used throughout.</source>
      <translation>«{text}» cambiaría entre los pasos, lo que Lienzo no admite; se usa «{kept}» todo el tiempo.</translation>
    </message>
    <message>
      <location filename="../../studio/engine/adapters/added_tokens.py" line="0" />
      <source>“{word}” cannot be the name of an embedding.</source>
      <translation>«{word}» no puede ser la palabra de un embedding.</translation>
    </message>
    <message>
      <location filename="../../studio/cli/rewriting.py" line="0" />
      <source>“{word}” does not appear in the text.</source>
      <translation>“{word}” no está en el texto.</translation>
    </message>
  </context>
  <context>
    <name>things</name>
    <message>
      <location filename="../../studio/control_maps/segmentation.py" line="0" />
      <source>Airplane</source>
      <translation>Avión</translation>
    </message>
    <message>
      <location filename="../../studio/control_maps/segmentation.py" line="0" />
      <source>Animal</source>
      <translation>Animal</translation>
    </message>
    <message>
      <location filename="../../studio/control_maps/segmentation.py" line="0" />
      <source>Bed</source>
      <translation>Cama</translation>
    </message>
    <message>
      <location filename="../../studio/control_maps/segmentation.py" line="0" />
      <source>Bench</source>
      <translation>Banco</translation>
    </message>
    <message>
      <location filename="../../studio/control_maps/segmentation.py" line="0" />
      <source>Bicycle</source>
      <translation>Bicicleta</translation>
    </message>
    <message>
      <location filename="../../studio/control_maps/segmentation.py" line="0" />
      <source>Boat</source>
      <translation>Barca</translation>
    </message>
    <message>
      <location filename="../../studio/control_maps/segmentation.py" line="0" />
      <source>Book</source>
      <translation>Libro</translation>
    </message>
    <message>
      <location filename="../../studio/control_maps/segmentation.py" line="0" />
      <source>Bottle</source>
      <translation>Botella</translation>
    </message>
    <message>
      <location filename="../../studio/control_maps/segmentation.py" line="0" />
      <source>Bridge</source>
      <translation>Puente</translation>
    </message>
    <message>
      <location filename="../../studio/control_maps/segmentation.py" line="0" />
      <source>Building</source>
      <translation>Edificio</translation>
    </message>
    <message>
      <location filename="../../studio/control_maps/segmentation.py" line="0" />
      <source>Bus</source>
      <translation>Autobús</translation>
    </message>
    <message>
      <location filename="../../studio/control_maps/segmentation.py" line="0" />
      <source>Cabinet</source>
      <translation>Armario</translation>
    </message>
    <message>
      <location filename="../../studio/control_maps/segmentation.py" line="0" />
      <source>Car</source>
      <translation>Coche</translation>
    </message>
    <message>
      <location filename="../../studio/control_maps/segmentation.py" line="0" />
      <source>Ceiling</source>
      <translation>Techo</translation>
    </message>
    <message>
      <location filename="../../studio/control_maps/segmentation.py" line="0" />
      <source>Chair</source>
      <translation>Silla</translation>
    </message>
    <message>
      <location filename="../../studio/control_maps/segmentation.py" line="0" />
      <source>Clothes</source>
      <translation>Ropa</translation>
    </message>
    <message>
      <location filename="../../studio/control_maps/segmentation.py" line="0" />
      <source>Column</source>
      <translation>Columna</translation>
    </message>
    <message>
      <location filename="../../studio/control_maps/segmentation.py" line="0" />
      <source>Curtain</source>
      <translation>Cortina</translation>
    </message>
    <message>
      <location filename="../../studio/control_maps/segmentation.py" line="0" />
      <source>Door</source>
      <translation>Puerta</translation>
    </message>
    <message>
      <location filename="../../studio/control_maps/segmentation.py" line="0" />
      <source>Earth</source>
      <translation>Tierra</translation>
    </message>
    <message>
      <location filename="../../studio/control_maps/segmentation.py" line="0" />
      <source>Fence</source>
      <translation>Valla</translation>
    </message>
    <message>
      <location filename="../../studio/control_maps/segmentation.py" line="0" />
      <source>Field</source>
      <translation>Campo</translation>
    </message>
    <message>
      <location filename="../../studio/control_maps/segmentation.py" line="0" />
      <source>Fireplace</source>
      <translation>Chimenea</translation>
    </message>
    <message>
      <location filename="../../studio/control_maps/segmentation.py" line="0" />
      <source>Flag</source>
      <translation>Bandera</translation>
    </message>
    <message>
      <location filename="../../studio/control_maps/segmentation.py" line="0" />
      <source>Floor</source>
      <translation>Suelo</translation>
    </message>
    <message>
      <location filename="../../studio/control_maps/segmentation.py" line="0" />
      <source>Flower</source>
      <translation>Flor</translation>
    </message>
    <message>
      <location filename="../../studio/control_maps/segmentation.py" line="0" />
      <source>Food</source>
      <translation>Comida</translation>
    </message>
    <message>
      <location filename="../../studio/control_maps/segmentation.py" line="0" />
      <source>Fountain</source>
      <translation>Fuente</translation>
    </message>
    <message>
      <location filename="../../studio/control_maps/segmentation.py" line="0" />
      <source>Grass</source>
      <translation>Hierba</translation>
    </message>
    <message>
      <location filename="../../studio/control_maps/segmentation.py" line="0" />
      <source>Hill</source>
      <translation>Colina</translation>
    </message>
    <message>
      <location filename="../../studio/control_maps/segmentation.py" line="0" />
      <source>House</source>
      <translation>Casa</translation>
    </message>
    <message>
      <location filename="../../studio/control_maps/segmentation.py" line="0" />
      <source>Lake</source>
      <translation>Lago</translation>
    </message>
    <message>
      <location filename="../../studio/control_maps/segmentation.py" line="0" />
      <source>Lamp</source>
      <translation>Lámpara</translation>
    </message>
    <message>
      <location filename="../../studio/control_maps/segmentation.py" line="0" />
      <source>Light</source>
      <translation>Luz</translation>
    </message>
    <message>
      <location filename="../../studio/control_maps/segmentation.py" line="0" />
      <source>Mirror</source>
      <translation>Reflejar</translation>
    </message>
    <message>
      <location filename="../../studio/control_maps/segmentation.py" line="0" />
      <source>Mountain</source>
      <translation>Montaña</translation>
    </message>
    <message>
      <location filename="../../studio/control_maps/segmentation.py" line="0" />
      <source>Painting</source>
      <translation>Cuadro</translation>
    </message>
    <message>
      <location filename="../../studio/control_maps/segmentation.py" line="0" />
      <source>Palm</source>
      <translation>Palmera</translation>
    </message>
    <message>
      <location filename="../../studio/control_maps/segmentation.py" line="0" />
      <source>Path</source>
      <translation>Sendero</translation>
    </message>
    <message>
      <location filename="../../studio/control_maps/segmentation.py" line="0" />
      <source>Person</source>
      <translation>Persona</translation>
    </message>
    <message>
      <location filename="../../studio/control_maps/segmentation.py" line="0" />
      <source>Pillow</source>
      <translation>Almohada</translation>
    </message>
    <message>
      <location filename="../../studio/control_maps/segmentation.py" line="0" />
      <source>Plant</source>
      <translation>Planta</translation>
    </message>
    <message>
      <location filename="../../studio/control_maps/segmentation.py" line="0" />
      <source>River</source>
      <translation>Río</translation>
    </message>
    <message>
      <location filename="../../studio/control_maps/segmentation.py" line="0" />
      <source>Road</source>
      <translation>Carretera</translation>
    </message>
    <message>
      <location filename="../../studio/control_maps/segmentation.py" line="0" />
      <source>Rock</source>
      <translation>Roca</translation>
    </message>
    <message>
      <location filename="../../studio/control_maps/segmentation.py" line="0" />
      <source>Rug</source>
      <translation>Alfombra</translation>
    </message>
    <message>
      <location filename="../../studio/control_maps/segmentation.py" line="0" />
      <source>Sand</source>
      <translation>Arena</translation>
    </message>
    <message>
      <location filename="../../studio/control_maps/segmentation.py" line="0" />
      <source>Sculpture</source>
      <translation>Escultura</translation>
    </message>
    <message>
      <location filename="../../studio/control_maps/segmentation.py" line="0" />
      <source>Sea</source>
      <translation>Mar</translation>
    </message>
    <message>
      <location filename="../../studio/control_maps/segmentation.py" line="0" />
      <source>Shelf</source>
      <translation>Estante</translation>
    </message>
    <message>
      <location filename="../../studio/control_maps/segmentation.py" line="0" />
      <source>Ship</source>
      <translation>Barco</translation>
    </message>
    <message>
      <location filename="../../studio/control_maps/segmentation.py" line="0" />
      <source>Sidewalk</source>
      <translation>Acera</translation>
    </message>
    <message>
      <location filename="../../studio/control_maps/segmentation.py" line="0" />
      <source>Sign</source>
      <translation>Letrero</translation>
    </message>
    <message>
      <location filename="../../studio/control_maps/segmentation.py" line="0" />
      <source>Sky</source>
      <translation>Cielo</translation>
    </message>
    <message>
      <location filename="../../studio/control_maps/segmentation.py" line="0" />
      <source>Sofa</source>
      <translation>Sofá</translation>
    </message>
    <message>
      <location filename="../../studio/control_maps/segmentation.py" line="0" />
      <source>Stairs</source>
      <translation>Escaleras</translation>
    </message>
    <message>
      <location filename="../../studio/control_maps/segmentation.py" line="0" />
      <source>Table</source>
      <translation>Mesa</translation>
    </message>
    <message>
      <location filename="../../studio/control_maps/segmentation.py" line="0" />
      <source>Tent</source>
      <translation>Carpa</translation>
    </message>
    <message>
      <location filename="../../studio/control_maps/segmentation.py" line="0" />
      <source>Tower</source>
      <translation>Torre</translation>
    </message>
    <message>
      <location filename="../../studio/control_maps/segmentation.py" line="0" />
      <source>Tree</source>
      <translation>Árbol</translation>
    </message>
    <message>
      <location filename="../../studio/control_maps/segmentation.py" line="0" />
      <source>Truck</source>
      <translation>Camión</translation>
    </message>
    <message>
      <location filename="../../studio/control_maps/segmentation.py" line="0" />
      <source>Vase</source>
      <translation>Jarrón</translation>
    </message>
    <message>
      <location filename="../../studio/control_maps/segmentation.py" line="0" />
      <source>Wall</source>
      <translation>Pared</translation>
    </message>
    <message>
      <location filename="../../studio/control_maps/segmentation.py" line="0" />
      <source>Water</source>
      <translation>Agua</translation>
    </message>
    <message>
      <location filename="../../studio/control_maps/segmentation.py" line="0" />
      <source>Waterfall</source>
      <translation>Cascada</translation>
    </message>
    <message>
      <location filename="../../studio/control_maps/segmentation.py" line="0" />
      <source>Window</source>
      <translation>Ventana</translation>
    </message>
  </context>
  <context>
    <name>ui</name>
    <message>
      <location filename="../../studio/ui/commands/actions.py" line="0" />
      <source>&amp;Control</source>
      <translation>C&amp;ontrol</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/actions.py" line="0" />
      <source>&amp;Edit</source>
      <translation>&amp;Editar</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/actions.py" line="0" />
      <source>&amp;File</source>
      <translation>&amp;Archivo</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/actions.py" line="0" />
      <source>&amp;Generate</source>
      <translation>&amp;Generar</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/actions.py" line="0" />
      <source>&amp;Help</source>
      <translation>A&amp;yuda</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/actions.py" line="0" />
      <source>&amp;Image</source>
      <translation>&amp;Imagen</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/actions.py" line="0" />
      <source>&amp;Layer</source>
      <translation>&amp;Capa</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/actions.py" line="0" />
      <source>&amp;Select</source>
      <translation>&amp;Selección</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/actions.py" line="0" />
      <source>&amp;View</source>
      <translation>&amp;Ver</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/actions.py" line="0" />
      <source>100 %</source>
      <translation>100 %</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/new_dialog.py" line="0" />
      <source>A colour</source>
      <translation>Un color</translation>
    </message>
    <message>
      <location filename="../../studio/ui/widgets/add_model.py" line="0" />
      <source>A folder with models…</source>
      <translation>Una carpeta con modelos…</translation>
    </message>
    <message>
      <location filename="../../studio/ui/widgets/add_model.py" line="0" />
      <source>A model file…</source>
      <translation>Un archivo de modelo…</translation>
    </message>
    <message>
      <location filename="../../studio/ui/bars/status_line.py" line="0" />
      <source>A model is being downloaded, as you asked.</source>
      <translation>Se está descargando un modelo, como pediste.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/rewrite/rewrite_status.py" line="0" />
      <source>A more accurate caption, more steps or null-text inversion would reproduce it better.</source>
      <translation>Una descripción más fiel, más pasos o la inversión null-text la leen mejor.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/clean_dialog.py" line="0" />
      <source>A part of the photo at twice its size.</source>
      <translation>Una parte de la foto al doble de su tamaño.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/style_dialog.py" line="0" />
      <source>A part of the picture, as it will be painted.</source>
      <translation>Una parte de la imagen, tal como se pintará.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/generations/measurements.py" line="0" />
      <source>A picture</source>
      <translation>Por imagen</translation>
    </message>
    <message>
      <location filename="../../studio/ui/prompt/regions_panel.py" line="0" />
      <source>A prompt for one area: select or paint it, then add a region.</source>
      <translation>Palabras para un lugar: selecciónalo o píntalo y añade una región.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/batch_dialog.py" line="0" />
      <source>A recipe file</source>
      <translation>Un archivo de receta</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/batch_dialog.py" line="0" />
      <source>A recipe file…</source>
      <translation>Un archivo de receta…</translation>
    </message>
    <message>
      <location filename="../../studio/ui/training/training_form.py" line="0" />
      <source>A small file beside the model: fast, and subjects combine</source>
      <translation>Un archivo pequeño junto al modelo: rápido, y los sujetos se combinan</translation>
    </message>
    <message>
      <location filename="../../studio/ui/bars/tool_bars.py" line="0" />
      <source>A stroke removes at its end; otherwise Enter removes all that is marked.</source>
      <translation>Un trazo quita al terminar; si no, Intro quita todo lo marcado.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/subject_commands.py" line="0" />
      <source>A training has not finished.</source>
      <translation>Se empezó un entrenamiento que no ha terminado.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/actions.py" line="0" />
      <location filename="../../studio/ui/dialogs/forms.py" line="0" />
      <source>About Lienzo</source>
      <translation>Acerca de Lienzo</translation>
    </message>
    <message>
      <location filename="../../studio/ui/models/models_panel.py" line="0" />
      <source>About this model</source>
      <translation>Sobre este modelo</translation>
    </message>
    <message>
      <location filename="../../studio/ui/models/memory_text.py" line="0" />
      <source>About {time} a picture.</source>
      <translation>Unos {time} por imagen.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/image_size_dialog.py" line="0" />
      <source>About {time} and {memory} of memory. The network invents the detail; compare it with the photo.</source>
      <translation>Unos {time} y {memory} de memoria. La red inventa el detalle; compáralo con la foto.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/first_model_dialog.py" line="0" />
      <source>About {time} at the last speed.</source>
      <translation>Unos {time} a la última velocidad.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/training/training_form.py" line="0" />
      <source>Accumulation</source>
      <translation>Acumulación</translation>
    </message>
    <message>
      <location filename="../../studio/ui/keys/shortcut_editor.py" line="0" />
      <source>Action</source>
      <translation>Acción</translation>
    </message>
    <message>
      <location filename="../../studio/ui/keys/shortcut_editor.py" line="0" />
      <source>Actions and their keys</source>
      <translation>Acciones y sus teclas</translation>
    </message>
    <message>
      <location filename="../../studio/ui/prompt/references_panel.py" line="0" />
      <location filename="../../studio/ui/prompt/region_row.py" line="0" />
      <location filename="../../studio/ui/training/teach_sheet.py" line="0" />
      <source>Active layer</source>
      <translation>Capa activa</translation>
    </message>
    <message>
      <location filename="../../studio/ui/bars/tool_bars.py" line="0" />
      <location filename="../../studio/ui/prompt/lora_picker.py" line="0" />
      <location filename="../../studio/ui/training/mask_page.py" line="0" />
      <source>Add</source>
      <translation>Añadir</translation>
    </message>
    <message>
      <location filename="../../studio/ui/prompt/lora_picker.py" line="0" />
      <source>Add a LoRA</source>
      <translation>Añadir un LoRA</translation>
    </message>
    <message>
      <location filename="../../studio/ui/prompt/loras_panel.py" line="0" />
      <source>Add a LoRA…</source>
      <translation>Añadir un LoRA…</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/preferences.py" line="0" />
      <source>Add a folder…</source>
      <translation>Añadir una carpeta…</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/model_commands.py" line="0" />
      <source>Add a model file</source>
      <translation>Añadir un archivo de modelo</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/model_commands.py" line="0" />
      <location filename="../../studio/ui/dialogs/preferences.py" line="0" />
      <source>Add a model folder</source>
      <translation>Añadir una carpeta de modelos</translation>
    </message>
    <message>
      <location filename="../../studio/ui/widgets/add_model.py" line="0" />
      <source>Add a model…</source>
      <translation>Añadir un modelo…</translation>
    </message>
    <message>
      <location filename="../../studio/ui/prompt/references_panel.py" line="0" />
      <source>Add a picture file as a reference</source>
      <translation>Añadir un archivo de imagen como referencia</translation>
    </message>
    <message>
      <location filename="../../studio/ui/prompt/region_row.py" line="0" />
      <source>Add a picture for this place</source>
      <translation>Añadir una imagen para este lugar</translation>
    </message>
    <message>
      <location filename="../../studio/ui/prompt/regions_panel.py" line="0" />
      <source>Add a region</source>
      <translation>Añadir una región</translation>
    </message>
    <message>
      <location filename="../../studio/ui/keys/shortcut_editor.py" line="0" />
      <source>Add as a second key</source>
      <translation>Añadir como segunda tecla</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/figure_menu.py" line="0" />
      <source>Add figure</source>
      <translation>Añadir figura</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/actions.py" line="0" />
      <source>Add layer mask</source>
      <translation>Añadir máscara de capa</translation>
    </message>
    <message>
      <location filename="../../studio/ui/training/teach_sheet.py" line="0" />
      <source>Add photos</source>
      <translation>Añadir fotos</translation>
    </message>
    <message>
      <location filename="../../studio/ui/prompt/references_panel.py" line="0" />
      <source>Add references</source>
      <translation>Añadir referencias</translation>
    </message>
    <message>
      <location filename="../../studio/ui/training/teach_sheet.py" line="0" />
      <source>Add the active layer</source>
      <translation>Añadir la capa activa</translation>
    </message>
    <message>
      <location filename="../../studio/ui/prompt/references_panel.py" line="0" />
      <source>Add the active layer as a reference</source>
      <translation>Añadir la capa activa como referencia</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/annotate_dialog.py" line="0" />
      <source>Add the layer</source>
      <translation>Añadir la capa</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/word_commands.py" line="0" />
      <source>Add to the selection</source>
      <translation>Añadir a la selección</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/canvas_dialog.py" line="0" />
      <source>Add to the size</source>
      <translation>Sumar al tamaño</translation>
    </message>
    <message>
      <location filename="../../studio/ui/training/teach_sheet.py" line="0" />
      <source>Add what is visible in the selection</source>
      <translation>Añadir lo visible en la selección</translation>
    </message>
    <message>
      <location filename="../../studio/ui/prompt/references_panel.py" line="0" />
      <source>Add what is visible in the selection as a reference</source>
      <translation>Añadir lo que se ve en la selección como referencia</translation>
    </message>
    <message>
      <location filename="../../studio/ui/training/teach_sheet.py" line="0" />
      <source>Add what was copied</source>
      <translation>Añadir lo copiado</translation>
    </message>
    <message>
      <location filename="../../studio/ui/prompt/references_panel.py" line="0" />
      <source>Add what was copied as a reference</source>
      <translation>Añadir lo copiado como referencia</translation>
    </message>
    <message>
      <location filename="../../studio/ui/bars/tool_bars.py" line="0" />
      <source>Aligned</source>
      <translation>Alineado</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/actions.py" line="0" />
      <location filename="../../studio/ui/results/tray_panel.py" line="0" />
      <source>All</source>
      <translation>Todo</translation>
    </message>
    <message>
      <location filename="../../studio/ui/models/library_view.py" line="0" />
      <source>All families</source>
      <translation>Todas las familias</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/first_model_dialog.py" line="0" />
      <source>All its files are there, in {folder}.</source>
      <translation>Todos sus archivos están en {folder}.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/models/library_view.py" line="0" />
      <source>All kinds</source>
      <translation>Todos los tipos</translation>
    </message>
    <message>
      <location filename="../../studio/ui/models/models_panel.py" line="0" />
      <source>All models and parts</source>
      <translation>Todos y sus partes</translation>
    </message>
    <message>
      <location filename="../../studio/ui/prompt/reference_row.py" line="0" />
      <source>All of it, mixed: at 1 half and half, at 2 it alone</source>
      <translation>Toda ella, mezclada: en 1 mitad y mitad, en 2 solo ella</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/assets_dialog.py" line="0" />
      <source>All of them are installed.</source>
      <translation>Todas están instaladas.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/bars/tool_bars.py" line="0" />
      <source>All strokes copy from the same distance; otherwise each begins at the source.</source>
      <translation>Todos los trazos copian a la misma distancia; si no, cada uno empieza en el origen.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/bars/tool_bars.py" line="0" />
      <source>Also with the model</source>
      <translation>También con el modelo</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/forms.py" line="0" />
      <source>An image editor whose brushes are diffusion models.</source>
      <translation>Un editor de imágenes cuyos pinceles son modelos de difusión.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/canvas_dialog.py" line="0" />
      <source>Anchor</source>
      <translation>Ancla</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/find_dialog.py" line="0" />
      <source>Another folder…</source>
      <translation>Otra carpeta…</translation>
    </message>
    <message>
      <location filename="../../studio/ui/canvas/previews.py" line="0" />
      <location filename="../../studio/ui/dialogs/canvas_dialog.py" line="0" />
      <location filename="../../studio/ui/dialogs/image_size_dialog.py" line="0" />
      <location filename="../../studio/ui/keys/shortcut_editor.py" line="0" />
      <location filename="../../studio/ui/results/tray_panel.py" line="0" />
      <source>Apply</source>
      <translation>Aplicar</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/actions.py" line="0" />
      <source>Apply the result</source>
      <translation>Aplicar el resultado</translation>
    </message>
    <message>
      <location filename="../../studio/ui/keys/shortcut_editor.py" line="0" />
      <source>As in the set</source>
      <translation>Como en el conjunto</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/subject_commands.py" line="0" />
      <source>As the file says</source>
      <translation>Como diga el archivo</translation>
    </message>
    <message>
      <location filename="../../studio/ui/prompt/regions_panel.py" line="0" />
      <source>At most {count} are possible</source>
      <translation>Puede haber {count} como máximo</translation>
    </message>
    <message>
      <location filename="../../studio/ui/bars/tool_bars.py" line="0" />
      <source>At once</source>
      <translation>Al momento</translation>
    </message>
    <message>
      <location filename="../../studio/ui/training/training_form.py" line="0" />
      <source>Attention</source>
      <translation>Atención</translation>
    </message>
    <message>
      <location filename="../../studio/ui/training/training_form.py" line="0" />
      <source>Attention and convolutions</source>
      <translation>Atención y convoluciones</translation>
    </message>
    <message>
      <location filename="../../studio/ui/prompt/vae_choice.py" line="0" />
      <source>Automatic</source>
      <translation>Automático</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/guide_viewer.py" line="0" />
      <source>Back to the page before</source>
      <translation>Volver a la página anterior</translation>
    </message>
    <message>
      <location filename="../../studio/ui/rewrite/prompt_chips.py" line="0" />
      <source>Back to weight 1</source>
      <translation>Volver al peso 1</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/new_dialog.py" line="0" />
      <location filename="../../studio/ui/layers/layer_commands.py" line="0" />
      <source>Background</source>
      <translation>Fondo</translation>
    </message>
    <message>
      <location filename="../../studio/ui/bars/colour_pair.py" line="0" />
      <source>Background colour</source>
      <translation>Color de fondo</translation>
    </message>
    <message>
      <location filename="../../studio/ui/layers/control_box.py" line="0" />
      <source>Balance</source>
      <translation>Equilibrio</translation>
    </message>
    <message>
      <location filename="../../studio/ui/layers/control_box.py" line="0" />
      <source>Balance of prompt and control</source>
      <translation>Qué pesa más</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/batch_dialog.py" line="0" />
      <location filename="../../studio/ui/training/training_form.py" line="0" />
      <source>Batch</source>
      <translation>Lote</translation>
    </message>
    <message>
      <location filename="../../studio/ui/training/training_form.py" line="0" />
      <source>Batches per optimizer step; needs no more memory</source>
      <translation>Lotes que forman un paso; no ocupa más memoria</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/actions.py" line="0" />
      <source>Batch…</source>
      <translation>Lote…</translation>
    </message>
    <message>
      <location filename="../../studio/ui/results/tray_panel.py" line="0" />
      <source>Before</source>
      <translation>Antes</translation>
    </message>
    <message>
      <location filename="../../studio/ui/canvas/previews.py" line="0" />
      <source>Before: the picture without the result</source>
      <translation>Antes: la imagen sin el resultado</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/model_card.py" line="0" />
      <source>Best</source>
      <translation>El mejor</translation>
    </message>
    <message>
      <location filename="../../studio/ui/training/training_card.py" line="0" />
      <source>Best so far: step {step}, likeness {likeness}, drift {drift}</source>
      <translation>Mejor hasta ahora: paso {step}, parecido {likeness}, deriva {drift}</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/image_size_dialog.py" line="0" />
      <source>Beyond four times the size it adds no more.</source>
      <translation>Más allá de cuatro veces el tamaño no añade nada.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/new_dialog.py" line="0" />
      <source>Black</source>
      <translation>Negro</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/actions.py" line="0" />
      <source>Black and white</source>
      <translation>Blanco y negro</translation>
    </message>
    <message>
      <location filename="../../studio/ui/prompt/reference_row.py" line="0" />
      <source>Blend</source>
      <translation>Mezclar</translation>
    </message>
    <message>
      <location filename="../../studio/ui/layers/layers_panel.py" line="0" />
      <source>Blend mode</source>
      <translation>Modo de fusión</translation>
    </message>
    <message>
      <location filename="../../studio/ui/canvas/overlays.py" line="0" />
      <source>Blue</source>
      <translation>Azul</translation>
    </message>
    <message>
      <location filename="../../studio/ui/bars/tool_bars.py" line="0" />
      <source>Bone lengths</source>
      <translation>Longitud de los huesos</translation>
    </message>
    <message>
      <location filename="../../studio/ui/bars/tool_bars.py" line="0" />
      <source>Bones keep their lengths when a joint is dragged.</source>
      <translation>Los huesos conservan su longitud al arrastrar una articulación.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/canvas_dialog.py" line="0" />
      <source>Bottom</source>
      <translation>Abajo</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/canvas_dialog.py" line="0" />
      <source>Bottom left</source>
      <translation>Abajo a la izquierda</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/canvas_dialog.py" line="0" />
      <source>Bottom right</source>
      <translation>Abajo a la derecha</translation>
    </message>
    <message>
      <location filename="../../studio/ui/training/mask_page.py" line="0" />
      <source>Brush</source>
      <translation>Pincel</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/first_steps.py" line="0" />
      <source>Brush over a thing and let go: it is gone, and the ground is filled.</source>
      <translation>Pinta sobre algo y suelta: desaparece y el fondo se rellena.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/subject_commands.py" line="0" />
      <source>But its samples are no closer to the photos than before: try other settings, such as a lower rate or more steps.</source>
      <translation>Pero sus imágenes no se acercan más a las fotos que antes: prueba otros ajustes, como una tasa más baja o más pasos.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/rewrite/rewrite_form.py" line="0" />
      <source>CFG scale: how closely the edit follows the new text</source>
      <translation>Escala CFG: con qué fuerza cuenta el texto nuevo</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/subject_commands.py" line="0" />
      <location filename="../../studio/ui/dialogs/assets_dialog.py" line="0" />
      <location filename="../../studio/ui/dialogs/first_model_dialog.py" line="0" />
      <location filename="../../studio/ui/documents/file_work.py" line="0" />
      <location filename="../../studio/ui/keys/shortcut_editor.py" line="0" />
      <location filename="../../studio/ui/prompt/recipe_bar.py" line="0" />
      <source>Cancel</source>
      <translation>Cancelar</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/first_model_dialog.py" line="0" />
      <source>Cancel the download</source>
      <translation>Cancelar la descarga</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/assets_dialog.py" line="0" />
      <source>Cancelled; complete packages are kept for the next time.</source>
      <translation>Cancelado; los paquetes completos se conservan para la próxima vez.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/actions.py" line="0" />
      <source>Canny edges from the picture…</source>
      <translation>Bordes Canny de la imagen…</translation>
    </message>
    <message>
      <location filename="../../studio/ui/canvas/canvas_view.py" line="0" />
      <source>Canvas</source>
      <translation>Lienzo</translation>
    </message>
    <message>
      <location filename="../../studio/ui/keys/shortcut_editor.py" line="0" />
      <source>Canvas (these cannot be changed)</source>
      <translation>Lienzo (estas no se pueden cambiar)</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/canvas_dialog.py" line="0" />
      <source>Canvas size</source>
      <translation>Tamaño del lienzo</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/actions.py" line="0" />
      <source>Canvas size…</source>
      <translation>Tamaño del lienzo…</translation>
    </message>
    <message>
      <location filename="../../studio/ui/training/photo_card.py" line="0" />
      <source>Caption</source>
      <translation>Descripción</translation>
    </message>
    <message>
      <location filename="../../studio/ui/rewrite/rewrite_panel.py" line="0" />
      <source>Change the layer</source>
      <translation>Cambiar la capa</translation>
    </message>
    <message>
      <location filename="../../studio/ui/rewrite/rewrite_panel.py" line="0" />
      <source>Change the picture</source>
      <translation>Cambiar la imagen</translation>
    </message>
    <message>
      <location filename="../../studio/ui/prompt/task_row.py" line="0" />
      <source>Change the picture as the prompt says, such as: make it winter</source>
      <translation>Cambiar la imagen como dice el prompt, por ejemplo: que sea invierno</translation>
    </message>
    <message>
      <location filename="../../studio/ui/rewrite/rewrite_panel.py" line="0" />
      <source>Change the picture instead of the layer</source>
      <translation>Cambiar la imagen en vez de la capa</translation>
    </message>
    <message>
      <location filename="../../studio/ui/prompt/task_row.py" line="0" />
      <source>Change what is under the mask, keeping its shapes</source>
      <translation>Cambia lo que hay bajo la máscara conservando sus formas</translation>
    </message>
    <message>
      <location filename="../../studio/ui/documents/document_tabs.py" line="0" />
      <source>Changes are not saved</source>
      <translation>Hay cambios sin guardar</translation>
    </message>
    <message>
      <location filename="../../studio/ui/rewrite/rewrite_panel.py" line="0" />
      <source>Changes the layer “{name}”</source>
      <translation>Cambia la capa «{name}»</translation>
    </message>
    <message>
      <location filename="../../studio/ui/prompt/recipe_bar.py" line="0" />
      <source>Changing the layer “{name}”</source>
      <translation>Cambiando la capa «{name}»</translation>
    </message>
    <message>
      <location filename="../../studio/ui/layers/control_box.py" line="0" />
      <source>Choose a ControlNet file</source>
      <translation>Elegir un archivo de ControlNet</translation>
    </message>
    <message>
      <location filename="../../studio/ui/layers/control_box.py" line="0" />
      <source>Choose a ControlNet folder</source>
      <translation>Elegir una carpeta de ControlNet</translation>
    </message>
    <message>
      <location filename="../../studio/ui/prompt/lora_picker.py" line="0" />
      <source>Choose a LoRA</source>
      <translation>Elegir un LoRA</translation>
    </message>
    <message>
      <location filename="../../studio/ui/prompt/vae_choice.py" line="0" />
      <source>Choose a VAE</source>
      <translation>Elegir un VAE</translation>
    </message>
    <message>
      <location filename="../../studio/ui/prompt/lora_picker.py" line="0" />
      <location filename="../../studio/ui/prompt/vae_choice.py" line="0" />
      <source>Choose a file…</source>
      <translation>Elegir un archivo…</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/style_dialog.py" line="0" />
      <source>Choose a painting</source>
      <translation>Elegir un cuadro</translation>
    </message>
    <message>
      <location filename="../../studio/ui/layers/adjustment_box.py" line="0" />
      <source>Choose a table of colours</source>
      <translation>Elegir una tabla de colores</translation>
    </message>
    <message>
      <location filename="../../studio/ui/prompt/references_panel.py" line="0" />
      <source>Choose an IP-Adapter folder</source>
      <translation>Elegir una carpeta de IP-Adapter</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/control_commands.py" line="0" />
      <source>Choose the folder with the weights…</source>
      <translation>Elegir la carpeta con los pesos…</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/batch_dialog.py" line="0" />
      <location filename="../../studio/ui/layers/adjustment_box.py" line="0" />
      <source>Choose…</source>
      <translation>Elegir…</translation>
    </message>
    <message>
      <location filename="../../studio/ui/bars/tool_bars.py" line="0" />
      <location filename="../../studio/ui/widgets/class_picker.py" line="0" />
      <source>Class</source>
      <translation>Clase</translation>
    </message>
    <message>
      <location filename="../../studio/ui/training/training_form.py" line="0" />
      <source>Class pictures</source>
      <translation>Imágenes de la clase</translation>
    </message>
    <message>
      <location filename="../../studio/ui/prompt/lora_picker.py" line="0" />
      <location filename="../../studio/ui/prompt/prompt_panel.py" line="0" />
      <source>Clear</source>
      <translation>Vaciar</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/actions.py" line="0" />
      <source>Clear the mask</source>
      <translation>Borrar la máscara</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/actions.py" line="0" />
      <source>Clear the selection's content</source>
      <translation>Vaciar el contenido de la selección</translation>
    </message>
    <message>
      <location filename="../../studio/ui/canvas/pose_overlay.py" line="0" />
      <source>Click a joint, or press Tab.</source>
      <translation>Haz clic en una articulación o pulsa Tab.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/layers/curve_view.py" line="0" />
      <source>Click adds a point, Delete removes it; Page keys choose one, arrows move it</source>
      <translation>Un clic añade un punto y Supr lo quita; las teclas de página eligen uno y las flechas lo mueven</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/first_steps.py" line="0" />
      <source>Click on a thing: it becomes a layer, and the place behind it is filled. Then drag it.</source>
      <translation>Haz clic en una cosa: se convierte en una capa y se rellena lo que hay detrás. Luego arrástrala.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/part_preview.py" line="0" />
      <source>Click, drag or use the arrow keys to look at another part</source>
      <translation>Haz clic, arrastra o usa las flechas para ver otra parte</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/new_dialog.py" line="0" />
      <location filename="../../studio/ui/prompt/reference_sources.py" line="0" />
      <location filename="../../studio/ui/prompt/references_panel.py" line="0" />
      <location filename="../../studio/ui/prompt/region_row.py" line="0" />
      <location filename="../../studio/ui/training/photo_sources.py" line="0" />
      <location filename="../../studio/ui/training/teach_sheet.py" line="0" />
      <source>Clipboard</source>
      <translation>Portapapeles</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/actions.py" line="0" />
      <location filename="../../studio/ui/dialogs/assets_dialog.py" line="0" />
      <location filename="../../studio/ui/dialogs/batch_dialog.py" line="0" />
      <location filename="../../studio/ui/dialogs/find_dialog.py" line="0" />
      <location filename="../../studio/ui/dialogs/first_model_dialog.py" line="0" />
      <location filename="../../studio/ui/dialogs/forms.py" line="0" />
      <location filename="../../studio/ui/documents/document_tabs.py" line="0" />
      <location filename="../../studio/ui/generations/generations_window.py" line="0" />
      <location filename="../../studio/ui/widgets/text_dialog.py" line="0" />
      <source>Close</source>
      <translation>Cerrar</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/actions.py" line="0" />
      <source>Close all</source>
      <translation>Cerrar todo</translation>
    </message>
    <message>
      <location filename="../../studio/ui/documents/document_tabs.py" line="0" />
      <source>Close the document</source>
      <translation>Cerrar el documento</translation>
    </message>
    <message>
      <location filename="../../studio/ui/bars/message_bar.py" line="0" />
      <source>Close the message</source>
      <translation>Cerrar el mensaje</translation>
    </message>
    <message>
      <location filename="../../studio/ui/documents/document_tabs.py" line="0" />
      <source>Close the others</source>
      <translation>Cerrar los demás</translation>
    </message>
    <message>
      <location filename="../../studio/ui/window/welcome.py" line="0" />
      <source>Close these hints</source>
      <translation>Cerrar estas sugerencias</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/questions.py" line="0" />
      <source>Close {name}?</source>
      <translation>¿Cerrar {name}?</translation>
    </message>
    <message>
      <location filename="../../studio/ui/rewrite/rewrite_form.py" line="0" />
      <source>Closest to the picture; even strong edits keep the rest. Optimises an empty prompt for each step, which takes several times as long as an edit, once.</source>
      <translation>Lo más cercano a la imagen, y los cambios fuertes conservan el resto. Leer aprende un prompt vacío por paso y tarda varias veces lo que una edición, una sola vez.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/bars/tool_bars.py" line="0" />
      <location filename="../../studio/ui/layers/adjustment_box.py" line="0" />
      <source>Colour</source>
      <translation>Color</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/new_dialog.py" line="0" />
      <source>Colour of the background</source>
      <translation>Color del fondo</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/preferences.py" line="0" />
      <source>Colour of the mask</source>
      <translation>Color de la máscara</translation>
    </message>
    <message>
      <location filename="../../studio/ui/generations/generations_window.py" line="0" />
      <source>Compare</source>
      <translation>Comparar</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/preferences.py" line="0" />
      <source>Compare with a CLIP of these folders, if there is one</source>
      <translation>Comparar con un CLIP de estas carpetas, si lo hay</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/actions.py" line="0" />
      <source>Compare with before</source>
      <translation>Comparar con antes</translation>
    </message>
    <message>
      <location filename="../../studio/ui/prompt/reference_row.py" line="0" />
      <source>Composition</source>
      <translation>Composición</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/guide_viewer.py" line="0" />
      <source>Contents</source>
      <translation>Contenido</translation>
    </message>
    <message>
      <location filename="../../studio/ui/results/queue_panel.py" line="0" />
      <location filename="../../studio/ui/training/training_card.py" line="0" />
      <source>Continue the training</source>
      <translation>Dejar que siga el entrenamiento</translation>
    </message>
    <message>
      <location filename="../../studio/ui/training/subjects_panel.py" line="0" />
      <source>Continue where the training stopped</source>
      <translation>Seguir donde se detuvo el entrenamiento</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/control_commands.py" line="0" />
      <source>Control from a file</source>
      <translation>Control desde un archivo</translation>
    </message>
    <message>
      <location filename="../../studio/ui/layers/badges.py" line="0" />
      <source>Control layer in use</source>
      <translation>Control que guía las ediciones</translation>
    </message>
    <message>
      <location filename="../../studio/ui/layers/badges.py" line="0" />
      <source>Control layer: click to switch it on or off</source>
      <translation>Control: haz clic para activarlo o desactivarlo</translation>
    </message>
    <message>
      <location filename="../../studio/ui/layers/badges.py" line="0" />
      <source>Control, switched off</source>
      <translation>Control desactivado</translation>
    </message>
    <message>
      <location filename="../../studio/ui/layers/control_box.py" line="0" />
      <source>ControlNet</source>
      <translation>ControlNet</translation>
    </message>
    <message>
      <location filename="../../studio/ui/layers/control_box.py" line="0" />
      <source>ControlNet folder or file</source>
      <translation>Carpeta o archivo del ControlNet</translation>
    </message>
    <message>
      <location filename="../../studio/ui/layers/control_box.py" line="0" />
      <source>ControlNets</source>
      <translation>ControlNets</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/forms.py" line="0" />
      <source>Convert the colours to sRGB</source>
      <translation>Convertir los colores a sRGB</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/actions.py" line="0" />
      <source>Copy</source>
      <translation>Copiar</translation>
    </message>
    <message>
      <location filename="../../studio/ui/bars/object_choice.py" line="0" />
      <source>Copy the selected thing to a new layer</source>
      <translation>Copia el objeto seleccionado a una capa nueva</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/actions.py" line="0" />
      <source>Copy the selection to a new layer</source>
      <translation>Copiar la selección a una capa nueva</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/actions.py" line="0" />
      <source>Copy what is visible</source>
      <translation>Copiar lo visible</translation>
    </message>
    <message>
      <location filename="../../studio/ui/training/photo_card.py" line="0" />
      <source>Correct the mask</source>
      <translation>Corregir la máscara</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/new_dialog.py" line="0" />
      <source>Create</source>
      <translation>Crear</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/actions.py" line="0" />
      <source>Crop to the selection</source>
      <translation>Recortar a la selección</translation>
    </message>
    <message>
      <location filename="../../studio/ui/keys/later.py" line="0" />
      <source>Crop tool</source>
      <translation>Herramienta de recorte</translation>
    </message>
    <message>
      <location filename="../../studio/ui/rewrite/rewrite_form.py" line="0" />
      <source>Cross-attention kept: in this share of the steps, new words act in the place of the old ones</source>
      <translation>Atención cruzada conservada: en esta parte de los pasos las palabras actúan donde las de antes</translation>
    </message>
    <message>
      <location filename="../../studio/ui/prompt/prompt_panel.py" line="0" />
      <location filename="../../studio/ui/rewrite/rewrite_panel.py" line="0" />
      <location filename="../../studio/ui/training/teach_sheet.py" line="0" />
      <source>Ctrl+Return</source>
      <translation>Ctrl+Intro</translation>
    </message>
    <message>
      <location filename="../../studio/ui/training/sample_grid.py" line="0" />
      <source>Current samples, always with the same seeds</source>
      <translation>Lo que pinta ahora, siempre con las mismas semillas</translation>
    </message>
    <message>
      <location filename="../../studio/ui/layers/curve_view.py" line="0" />
      <source>Curve</source>
      <translation>Curva</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/new_dialog.py" line="0" />
      <source>Custom</source>
      <translation>Personalizado</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/actions.py" line="0" />
      <source>Cut</source>
      <translation>Cortar</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/actions.py" line="0" />
      <source>Cut the selection to a new layer</source>
      <translation>Cortar la selección a una capa nueva</translation>
    </message>
    <message>
      <location filename="../../studio/ui/rewrite/rewrite_form.py" line="0" />
      <source>DDIM inversion only</source>
      <translation>Solo inversión DDIM</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/preferences.py" line="0" />
      <source>Dark</source>
      <translation>Oscuro</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/actions.py" line="0" />
      <location filename="../../studio/ui/commands/subject_commands.py" line="0" />
      <location filename="../../studio/ui/dialogs/first_model_dialog.py" line="0" />
      <source>Delete</source>
      <translation>Eliminar</translation>
    </message>
    <message>
      <location filename="../../studio/ui/prompt/reference_row.py" line="0" />
      <location filename="../../studio/ui/prompt/region_row.py" line="0" />
      <source>Delete removes it</source>
      <translation>Supr la quita</translation>
    </message>
    <message>
      <location filename="../../studio/ui/prompt/lora_row.py" line="0" />
      <source>Delete removes it, Ctrl+Up and Ctrl+Down move it</source>
      <translation>Supr lo quita, Ctrl+Arriba y Ctrl+Abajo lo mueven</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/actions.py" line="0" />
      <source>Delete the layer mask</source>
      <translation>Eliminar la máscara de capa</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/first_model_dialog.py" line="0" />
      <source>Delete the part</source>
      <translation>Borrar la parte</translation>
    </message>
    <message>
      <location filename="../../studio/ui/training/subjects_panel.py" line="0" />
      <source>Delete the unfinished training</source>
      <translation>Eliminar lo que dejó el entrenamiento sin terminar</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/first_model_dialog.py" line="0" />
      <source>Delete what has been downloaded ({size})?</source>
      <translation>¿Borrar lo descargado ({size})?</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/subject_commands.py" line="0" />
      <source>Delete {name}?</source>
      <translation>¿Eliminar {name}?</translation>
    </message>
    <message>
      <location filename="../../studio/ui/training/subject_chip.py" line="0" />
      <source>Delete…</source>
      <translation>Eliminar…</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/clean_dialog.py" line="0" />
      <source>Denoise and remove JPEG blocks</source>
      <translation>Quitar ruido y bloques JPEG</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/actions.py" line="0" />
      <source>Denoise…</source>
      <translation>Quitar ruido…</translation>
    </message>
    <message>
      <location filename="../../studio/ui/bars/tool_bars.py" line="0" />
      <source>Depth</source>
      <translation>Profundidad</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/actions.py" line="0" />
      <source>Depth from the layers</source>
      <translation>Profundidad según las capas</translation>
    </message>
    <message>
      <location filename="../../studio/ui/rewrite/rewrite_panel.py" line="0" />
      <source>Describe it, for example: a red apple on a table</source>
      <translation>Di qué hay en ella, como: una manzana roja sobre una mesa</translation>
    </message>
    <message>
      <location filename="../../studio/ui/rewrite/rewrite_status.py" line="0" />
      <source>Describe the picture first; then you can change words of the description.</source>
      <translation>Hace falta una descripción: dice qué palabras se pueden cambiar.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/annotate_dialog.py" line="0" />
      <source>Detail</source>
      <translation>Detalle</translation>
    </message>
    <message>
      <location filename="../../studio/ui/training/mask_page.py" line="0" />
      <source>Detect again</source>
      <translation>Buscar de nuevo</translation>
    </message>
    <message>
      <location filename="../../studio/ui/training/mask_page.py" line="0" />
      <source>Detect the subject again</source>
      <translation>Buscar el sujeto de nuevo</translation>
    </message>
    <message>
      <location filename="../../studio/ui/prompt/prompt_check.py" line="0" />
      <source>Did you mean {words}?</source>
      <translation>¿Querías decir {words}?</translation>
    </message>
    <message>
      <location filename="../../studio/ui/results/tray_panel.py" line="0" />
      <source>Discard</source>
      <translation>Descartar</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/actions.py" line="0" />
      <source>Discard all results</source>
      <translation>Descartar todos los resultados</translation>
    </message>
    <message>
      <location filename="../../studio/ui/results/tray_panel.py" line="0" />
      <source>Discard all results; undo brings them back</source>
      <translation>Descarta todos los resultados; deshacer los recupera</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/actions.py" line="0" />
      <source>Discard the result</source>
      <translation>Descartar el resultado</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/subject_commands.py" line="0" />
      <source>Discard the training?</source>
      <translation>¿Abandonar el entrenamiento?</translation>
    </message>
    <message>
      <location filename="../../studio/ui/results/tray_panel.py" line="0" />
      <source>Discard this variation (Delete)</source>
      <translation>Descartar esta variación (Supr)</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/subject_commands.py" line="0" />
      <location filename="../../studio/ui/training/subjects_panel.py" line="0" />
      <source>Discard training</source>
      <translation>Abandonar</translation>
    </message>
    <message>
      <location filename="../../studio/ui/bars/message_bar.py" line="0" />
      <source>Do what the message suggests</source>
      <translation>Hacer lo que propone el mensaje</translation>
    </message>
    <message>
      <location filename="../../studio/ui/prompt/recipe_bar.py" line="0" />
      <location filename="../../studio/ui/training/mask_page.py" line="0" />
      <source>Done</source>
      <translation>Listo</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/first_model_dialog.py" line="0" />
      <source>Done: the model is chosen.</source>
      <translation>Listo: el modelo está elegido.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/first_model_dialog.py" line="0" />
      <source>Download</source>
      <translation>Descargar</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/model_card.py" line="0" />
      <source>Download: about {size}</source>
      <translation>Descarga: unos {size}</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/model_card.py" line="0" />
      <source>Download: about {size} and a smaller file</source>
      <translation>Descarga: unos {size} y un archivo menor</translation>
    </message>
    <message>
      <location filename="../../studio/ui/bars/status_line.py" line="0" />
      <source>Downloading</source>
      <translation>Descargando</translation>
    </message>
    <message>
      <location filename="../../studio/ui/training/mask_page.py" line="0" />
      <source>Drag a frame around the subject to detect it again</source>
      <translation>Arrastra un marco alrededor para encontrarlo de nuevo</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/actions.py" line="0" />
      <source>Draw a figure</source>
      <translation>Dibujar una figura</translation>
    </message>
    <message>
      <location filename="../../studio/ui/training/subject_chip.py" line="0" />
      <source>DreamBooth</source>
      <translation>DreamBooth</translation>
    </message>
    <message>
      <location filename="../../studio/ui/training/subject_chip.py" line="0" />
      <location filename="../../studio/ui/training/training_card.py" line="0" />
      <source>Drift</source>
      <translation>Deriva</translation>
    </message>
    <message>
      <location filename="../../studio/ui/training/photo_row.py" line="0" />
      <source>Drop 3 to 5 photos of it here: from different sides, in different places.</source>
      <translation>Suelta aquí de 3 a 5 fotos: desde lados distintos, en lugares distintos.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/style_dialog.py" line="0" />
      <source>Drop a painting here, choose a file, or paste it with Ctrl+V.</source>
      <translation>Suelta un cuadro aquí, elige un archivo o pégalo con Ctrl+V.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/documents/start_page.py" line="0" />
      <source>Drop a picture here</source>
      <translation>Suelta una imagen aquí</translation>
    </message>
    <message>
      <location filename="../../studio/ui/training/subjects_panel.py" line="0" />
      <source>Drop photos or a layer here to teach a subject</source>
      <translation>Suelta aquí fotos o una capa para enseñar un sujeto</translation>
    </message>
    <message>
      <location filename="../../studio/ui/prompt/references_panel.py" line="0" />
      <source>Drop pictures or layers on this panel, or add one:</source>
      <translation>Suelta imágenes o capas en este panel, o añade una:</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/style_dialog.py" line="0" />
      <location filename="../../studio/ui/prompt/reference_drops.py" line="0" />
      <location filename="../../studio/ui/training/photo_sources.py" line="0" />
      <source>Dropped picture</source>
      <translation>Imagen soltada</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/actions.py" line="0" />
      <source>Duplicate</source>
      <translation>Duplicar</translation>
    </message>
    <message>
      <location filename="../../studio/ui/prompt/prompt_panel.py" line="0" />
      <source>Earlier prompts</source>
      <translation>Prompts anteriores</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/actions.py" line="0" />
      <location filename="../../studio/ui/rewrite/rewrite_panel.py" line="0" />
      <location filename="../../studio/ui/window/main_window.py" line="0" />
      <source>Edit by words</source>
      <translation>Editar con palabras</translation>
    </message>
    <message>
      <location filename="../../studio/ui/bars/object_choice.py" line="0" />
      <source>Edit mask</source>
      <translation>Máscara de edición</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/actions.py" line="0" />
      <source>Edit the recipe</source>
      <translation>Editar la receta</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/actions.py" line="0" />
      <source>Edit the words again</source>
      <translation>Editar las palabras otra vez</translation>
    </message>
    <message>
      <location filename="../../studio/ui/rewrite/rewrite_panel.py" line="0" />
      <source>Edit the words of this layer again</source>
      <translation>Editar otra vez las palabras de esta capa</translation>
    </message>
    <message>
      <location filename="../../studio/ui/layers/control_box.py" line="0" />
      <source>Edits follow this layer, whether it is shown or hidden</source>
      <translation>Las ediciones siguen esta capa, esté visible u oculta</translation>
    </message>
    <message>
      <location filename="../../studio/ui/training/subject_chip.py" line="0" />
      <source>Embedding for A1111, ComfyUI and others…</source>
      <translation>Embedding para A1111, ComfyUI y otros…</translation>
    </message>
    <message>
      <location filename="../../studio/ui/training/subject_chip.py" line="0" />
      <source>Embedding for diffusers…</source>
      <translation>Embedding para diffusers…</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/actions.py" line="0" />
      <source>Empty control layer</source>
      <translation>Capa de control vacía</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/actions.py" line="0" />
      <location filename="../../studio/ui/results/queue_panel.py" line="0" />
      <source>Empty the queue</source>
      <translation>Vaciar la cola</translation>
    </message>
    <message>
      <location filename="../../studio/ui/layers/control_box.py" line="0" />
      <location filename="../../studio/ui/prompt/reference_row.py" line="0" />
      <source>End of influence</source>
      <translation>Fin de la influencia</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/forms.py" line="0" />
      <source>Engine: {build}</source>
      <translation>Motor: {build}</translation>
    </message>
    <message>
      <location filename="../../studio/ui/training/subject_chip.py" line="0" />
      <source>Enter inserts it into the prompt, F2 renames it, Delete deletes it</source>
      <translation>Intro lo pone en el prompt, F2 le cambia el nombre, Supr lo elimina</translation>
    </message>
    <message>
      <location filename="../../studio/ui/results/tray_panel.py" line="0" />
      <source>Enter puts the results that fit these words best first; empty, the newest.</source>
      <translation>Intro pone primero los resultados que mejor encajan con estas palabras; vacío, los más nuevos.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/bars/tool_bars.py" line="0" />
      <source>Erase</source>
      <translation>Borrar</translation>
    </message>
    <message>
      <location filename="../../studio/ui/training/training_form.py" line="0" />
      <source>Evaluate every (steps)</source>
      <translation>Mirar cada (pasos)</translation>
    </message>
    <message>
      <location filename="../../studio/ui/prompt/reference_row.py" line="0" />
      <source>Everything it shows</source>
      <translation>Todo lo que muestra</translation>
    </message>
    <message>
      <location filename="../../studio/ui/training/training_form.py" line="0" />
      <source>Expert settings</source>
      <translation>Ajustes de experto</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/actions.py" line="0" />
      <location filename="../../studio/ui/dialogs/forms.py" line="0" />
      <location filename="../../studio/ui/documents/files.py" line="0" />
      <location filename="../../studio/ui/training/subject_chip.py" line="0" />
      <source>Export</source>
      <translation>Exportar</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/figure_menu.py" line="0" />
      <source>Export OpenPose</source>
      <translation>Exportar OpenPose</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/figure_menu.py" line="0" />
      <source>Export OpenPose…</source>
      <translation>Exportar OpenPose…</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/subject_commands.py" line="0" />
      <source>Export {name}</source>
      <translation>Exportar {name}</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/figure_menu.py" line="0" />
      <location filename="../../studio/ui/documents/files.py" line="0" />
      <source>Exported {name}.</source>
      <translation>{name} exportado.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/documents/files.py" line="0" />
      <source>Exporting {name}…</source>
      <translation>Exportando {name}…</translation>
    </message>
    <message>
      <location filename="../../studio/ui/prompt/task_row.py" line="0" />
      <source>Extend</source>
      <translation>Ampliar</translation>
    </message>
    <message>
      <location filename="../../studio/ui/prompt/reference_row.py" line="0" />
      <source>Face</source>
      <translation>Rostro</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/annotate_dialog.py" line="0" />
      <source>Faint edges</source>
      <translation>Bordes débiles</translation>
    </message>
    <message>
      <location filename="../../studio/ui/models/library_view.py" line="0" />
      <source>Family</source>
      <translation>Familia</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/model_card.py" line="0" />
      <source>Fast</source>
      <translation>Rápido</translation>
    </message>
    <message>
      <location filename="../../studio/ui/models/library_view.py" line="0" />
      <source>Favourite</source>
      <translation>Favorito</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/assets_dialog.py" line="0" />
      <source>Fetch what is missing</source>
      <translation>Descargar lo que falta</translation>
    </message>
    <message>
      <location filename="../../studio/ui/bars/tool_bars.py" line="0" />
      <source>Figure</source>
      <translation>Figura</translation>
    </message>
    <message>
      <location filename="../../studio/ui/canvas/pose_overlay.py" line="0" />
      <source>Figure {number}</source>
      <translation>Figura {number}</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/find_dialog.py" line="0" />
      <source>Files</source>
      <translation>Archivos</translation>
    </message>
    <message>
      <location filename="../../studio/ui/widgets/picture_dialog.py" line="0" />
      <source>Files of type</source>
      <translation>Archivos de tipo</translation>
    </message>
    <message>
      <location filename="../../studio/ui/training/teach_sheet.py" line="0" />
      <source>Files…</source>
      <translation>Archivos…</translation>
    </message>
    <message>
      <location filename="../../studio/ui/prompt/references_panel.py" line="0" />
      <location filename="../../studio/ui/prompt/region_row.py" line="0" />
      <source>File…</source>
      <translation>Archivo…</translation>
    </message>
    <message>
      <location filename="../../studio/ui/prompt/task_row.py" line="0" />
      <source>Fill</source>
      <translation>Rellenar</translation>
    </message>
    <message>
      <location filename="../../studio/ui/bars/tool_bars.py" line="0" />
      <source>Fill the area inside the outline</source>
      <translation>Rellena lo que la máscara rodea</translation>
    </message>
    <message>
      <location filename="../../studio/ui/prompt/task_row.py" line="0" />
      <source>Fill the empty part of the canvas</source>
      <translation>Rellena la parte vacía del lienzo</translation>
    </message>
    <message>
      <location filename="../../studio/ui/training/subject_chip.py" line="0" />
      <source>Fill the mask with it</source>
      <translation>Rellenar la máscara con él</translation>
    </message>
    <message>
      <location filename="../../studio/ui/prompt/task_row.py" line="0" />
      <source>Fill the mask with what the prompt describes</source>
      <translation>Rellena la máscara con lo que dice el prompt</translation>
    </message>
    <message>
      <location filename="../../studio/ui/bars/tool_bars.py" line="0" />
      <source>Fill the outline</source>
      <translation>Rellenar el contorno</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/mask_commands.py" line="0" />
      <source>Fill the outline of the layer mask</source>
      <translation>Rellenar el contorno de la máscara de capa</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/actions.py" line="0" />
      <location filename="../../studio/ui/commands/mask_commands.py" line="0" />
      <source>Fill the outline of the mask</source>
      <translation>Rellenar el contorno de la máscara</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/mask_commands.py" line="0" />
      <source>Fill the outline of the selection</source>
      <translation>Rellenar el contorno de la selección</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/actions.py" line="0" />
      <source>Fill with the background colour</source>
      <translation>Rellenar con el color de fondo</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/actions.py" line="0" />
      <source>Fill with the foreground colour</source>
      <translation>Rellenar con el color de primer plano</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/word_commands.py" line="0" />
      <source>Find</source>
      <translation>Buscar</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/word_commands.py" line="0" />
      <source>Find by words</source>
      <translation>Buscar con palabras</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/actions.py" line="0" />
      <source>Find by words…</source>
      <translation>Buscar con palabras…</translation>
    </message>
    <message>
      <location filename="../../studio/ui/documents/object_watch.py" line="0" />
      <source>Finding the objects of the picture…</source>
      <translation>Buscando los objetos de la imagen…</translation>
    </message>
    <message>
      <location filename="../../studio/ui/documents/region_watch.py" line="0" />
      <source>Finding the regions of the picture…</source>
      <translation>Buscando las regiones de la imagen…</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/batch_dialog.py" line="0" />
      <source>Finished.</source>
      <translation>Terminado.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/batch_dialog.py" line="0" />
      <source>Finished; {count} failed.</source>
      <translation>Terminado; {count} con error.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/generations/generations_window.py" line="0" />
      <source>First seed</source>
      <translation>Primera semilla</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/actions.py" line="0" />
      <source>Fit</source>
      <translation>Ajustar a la ventana</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/actions.py" line="0" />
      <source>Flatten</source>
      <translation>Acoplar</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/find_dialog.py" line="0" />
      <source>Folder</source>
      <translation>Carpeta</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/control_commands.py" line="0" />
      <source>Folder with detector weights</source>
      <translation>Carpeta con pesos de detectores</translation>
    </message>
    <message>
      <location filename="../../studio/ui/rewrite/rewrite_form.py" line="0" />
      <source>Follow the new text</source>
      <translation>Seguir el texto</translation>
    </message>
    <message>
      <location filename="../../studio/ui/training/training_form.py" line="0" />
      <source>Follows prompts less closely, but matches the subject better</source>
      <translation>Sigue peor los prompts, pero se acerca más al sujeto</translation>
    </message>
    <message>
      <location filename="../../studio/ui/prompt/forecast_label.py" line="0" />
      <source>Forecast: not known yet</source>
      <translation>Previsión: aún desconocida</translation>
    </message>
    <message>
      <location filename="../../studio/ui/prompt/forecast_label.py" line="0" />
      <source>Forecast: {time}</source>
      <translation>Previsión: {time}</translation>
    </message>
    <message>
      <location filename="../../studio/ui/prompt/forecast_label.py" line="0" />
      <source>Forecast: {time}, {memory} of memory</source>
      <translation>Previsión: {time}, {memory} de memoria</translation>
    </message>
    <message>
      <location filename="../../studio/ui/bars/colour_pair.py" line="0" />
      <source>Foreground colour</source>
      <translation>Color de primer plano</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/batch_dialog.py" line="0" />
      <source>Format</source>
      <translation>Formato</translation>
    </message>
    <message>
      <location filename="../../studio/ui/results/tray_panel.py" line="0" />
      <source>Forming…</source>
      <translation>Formándose…</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/control_commands.py" line="0" />
      <source>Found: {names}</source>
      <translation>Encontrados: {names}</translation>
    </message>
    <message>
      <location filename="../../studio/ui/training/mask_page.py" line="0" />
      <source>Frame</source>
      <translation>Marco</translation>
    </message>
    <message>
      <location filename="../../studio/ui/keys/later.py" line="0" />
      <source>Free transform</source>
      <translation>Transformación libre</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/actions.py" line="0" />
      <source>From a file</source>
      <translation>Desde un archivo</translation>
    </message>
    <message>
      <location filename="../../studio/ui/training/training_form.py" line="0" />
      <source>Frozen copy of the model</source>
      <translation>Con el modelo intacto</translation>
    </message>
    <message>
      <location filename="../../studio/ui/training/training_form.py" line="0" />
      <source>Full DreamBooth</source>
      <translation>DreamBooth completo</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/actions.py" line="0" />
      <location filename="../../studio/ui/prompt/prompt_panel.py" line="0" />
      <source>Generate</source>
      <translation>Generar</translation>
    </message>
    <message>
      <location filename="../../studio/ui/generations/generations_window.py" line="0" />
      <source>Generations side by side</source>
      <translation>Generaciones lado a lado</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/actions.py" line="0" />
      <source>Generations side by side…</source>
      <translation>Generaciones lado a lado…</translation>
    </message>
    <message>
      <location filename="../../studio/ui/layers/badges.py" line="0" />
      <source>Generative layer: click to edit its recipe</source>
      <translation>Hecha por un prompt: haz clic para cambiar su receta</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/first_model_dialog.py" line="0" />
      <source>Get a model</source>
      <translation>Conseguir un modelo</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/first_steps.py" line="0" />
      <location filename="../../studio/ui/commands/get_commands.py" line="0" />
      <location filename="../../studio/ui/models/models_panel.py" line="0" />
      <location filename="../../studio/ui/widgets/add_model.py" line="0" />
      <source>Get a model…</source>
      <translation>Conseguir un modelo…</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/first_model_dialog.py" line="0" />
      <source>Go on downloading</source>
      <translation>Seguir descargando</translation>
    </message>
    <message>
      <location filename="../../studio/ui/training/photo_card.py" line="0" />
      <source>Good to learn from</source>
      <translation>Buena para aprender</translation>
    </message>
    <message>
      <location filename="../../studio/ui/training/training_form.py" line="0" />
      <source>Gradient checkpointing</source>
      <translation>Puntos de control de gradiente</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/actions.py" line="0" />
      <location filename="../../studio/ui/layers/layer_commands.py" line="0" />
      <source>Group</source>
      <translation>Grupo</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/actions.py" line="0" />
      <location filename="../../studio/ui/dialogs/guide_viewer.py" line="0" />
      <source>Guide</source>
      <translation>Guía</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/actions.py" line="0" />
      <source>Harder brush</source>
      <translation>Pincel más duro</translation>
    </message>
    <message>
      <location filename="../../studio/ui/bars/tool_bars.py" line="0" />
      <source>Hardness</source>
      <translation>Dureza</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/canvas_dialog.py" line="0" />
      <location filename="../../studio/ui/dialogs/forms.py" line="0" />
      <location filename="../../studio/ui/dialogs/image_size_dialog.py" line="0" />
      <location filename="../../studio/ui/dialogs/new_dialog.py" line="0" />
      <source>Height</source>
      <translation>Alto</translation>
    </message>
    <message>
      <location filename="../../studio/ui/layers/layers_panel.py" line="0" />
      <source>Hidden</source>
      <translation>Oculta</translation>
    </message>
    <message>
      <location filename="../../studio/ui/bars/object_choice.py" line="0" />
      <source>Hide everything but the selected thing by a mask of the active layer</source>
      <translation>Oculta todo menos el objeto seleccionado con una máscara de la capa activa</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/figure_menu.py" line="0" />
      <source>Hide joint</source>
      <translation>Ocultar articulación</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/actions.py" line="0" />
      <source>Hide the panels</source>
      <translation>Ocultar los paneles</translation>
    </message>
    <message>
      <location filename="../../studio/ui/layers/curve_view.py" line="0" />
      <source>Histogram</source>
      <translation>Histograma</translation>
    </message>
    <message>
      <location filename="../../studio/ui/documents/history_panel.py" line="0" />
      <location filename="../../studio/ui/window/main_window.py" line="0" />
      <source>History</source>
      <translation>Historial</translation>
    </message>
    <message>
      <location filename="../../studio/ui/results/tray_panel.py" line="0" />
      <source>Hold to compare with before (\)</source>
      <translation>Mantén pulsado para comparar con antes (\)</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/actions.py" line="0" />
      <source>How alike the result and the picture before are</source>
      <translation>Cuánto se parecen el resultado y la imagen anterior</translation>
    </message>
    <message>
      <location filename="../../studio/ui/training/training_form.py" line="0" />
      <source>How many pictures of the kind are generated first</source>
      <translation>Cuántas imágenes de la clase se pintan antes</translation>
    </message>
    <message>
      <location filename="../../studio/ui/training/training_form.py" line="0" />
      <source>How much a LoRA can hold</source>
      <translation>Cuánto puede contener un LoRA</translation>
    </message>
    <message>
      <location filename="../../studio/ui/bars/tool_bars.py" line="0" />
      <source>How near a thing is: 100 % is nearest.</source>
      <translation>Lo cerca que está algo: 100 % es lo más cercano.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/prompt/lora_row.py" line="0" />
      <source>How strongly it counts: 1 is as it was trained, negative numbers do the opposite</source>
      <translation>Cuánto cuenta: 1 es como se entrenó, los números negativos hacen lo contrario</translation>
    </message>
    <message>
      <location filename="../../studio/ui/prompt/region_row.py" line="0" />
      <source>How strongly the region prompt counts against the prompt, 0 to 1</source>
      <translation>Cuánto cuentan estas palabras junto al prompt: de 0 a 1</translation>
    </message>
    <message>
      <location filename="../../studio/ui/rewrite/rewrite_form.py" line="0" />
      <source>How the picture is inverted</source>
      <translation>Cómo se lee la imagen</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/first_model_dialog.py" line="0" />
      <source>I have models already</source>
      <translation>Ya tengo modelos</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/first_model_dialog.py" line="0" />
      <source>I have read the licences and accept them</source>
      <translation>He leído las licencias y las acepto</translation>
    </message>
    <message>
      <location filename="../../studio/ui/prompt/references_panel.py" line="0" />
      <source>IP-Adapter</source>
      <translation>IP-Adapter</translation>
    </message>
    <message>
      <location filename="../../studio/ui/prompt/references_panel.py" line="0" />
      <source>IP-Adapter folder</source>
      <translation>Carpeta del IP-Adapter</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/questions.py" line="0" />
      <source>If you do not save, you lose:</source>
      <translation>Sin guardar se perdería:</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/image_size_dialog.py" line="0" />
      <source>Image size</source>
      <translation>Tamaño de la imagen</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/actions.py" line="0" />
      <source>Image size…</source>
      <translation>Tamaño de la imagen…</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/subject_commands.py" line="0" />
      <source>Import</source>
      <translation>Importar</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/figure_menu.py" line="0" />
      <source>Import OpenPose</source>
      <translation>Importar OpenPose</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/figure_menu.py" line="0" />
      <source>Import OpenPose…</source>
      <translation>Importar OpenPose…</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/subject_commands.py" line="0" />
      <source>Import a subject</source>
      <translation>Importar un sujeto</translation>
    </message>
    <message>
      <location filename="../../studio/ui/training/subject_chip.py" line="0" />
      <source>Imported</source>
      <translation>Importado</translation>
    </message>
    <message>
      <location filename="../../studio/ui/training/subjects_panel.py" line="0" />
      <source>Import…</source>
      <translation>Importar…</translation>
    </message>
    <message>
      <location filename="../../studio/ui/prompt/place_label.py" line="0" />
      <source>In the empty part of the canvas</source>
      <translation>En la parte vacía del lienzo</translation>
    </message>
    <message>
      <location filename="../../studio/ui/prompt/place_label.py" line="0" />
      <source>In the mask</source>
      <translation>En la máscara</translation>
    </message>
    <message>
      <location filename="../../studio/ui/prompt/place_label.py" line="0" />
      <source>In the place of “{name}”</source>
      <translation>En el lugar de «{name}»</translation>
    </message>
    <message>
      <location filename="../../studio/ui/prompt/place_label.py" line="0" />
      <source>In the selection</source>
      <translation>En la selección</translation>
    </message>
    <message>
      <location filename="../../studio/ui/prompt/place_label.py" line="0" />
      <source>In the selection; the mask does not count</source>
      <translation>En la selección; la máscara no cuenta</translation>
    </message>
    <message>
      <location filename="../../studio/ui/keys/shortcut_editor.py" line="0" />
      <source>In the set</source>
      <translation>En el conjunto</translation>
    </message>
    <message>
      <location filename="../../studio/ui/layers/control_box.py" line="0" />
      <location filename="../../studio/ui/prompt/reference_row.py" line="0" />
      <source>Influence</source>
      <translation>Influencia</translation>
    </message>
    <message>
      <location filename="../../studio/ui/training/subject_chip.py" line="0" />
      <source>Insert it into the prompt</source>
      <translation>Ponerlo en el prompt</translation>
    </message>
    <message>
      <location filename="../../studio/ui/prompt/lora_row.py" line="0" />
      <source>Insert “{word}” into the prompt</source>
      <translation>Insertar «{word}» en el texto</translation>
    </message>
    <message>
      <location filename="../../studio/ui/prompt/task_row.py" line="0" />
      <source>Instruct</source>
      <translation>Indicar</translation>
    </message>
    <message>
      <location filename="../../studio/ui/bars/tool_bars.py" line="0" />
      <source>Intersect</source>
      <translation>Intersecar</translation>
    </message>
    <message>
      <location filename="../../studio/ui/models/library_view.py" line="0" />
      <source>Into the prompt</source>
      <translation>Al prompt</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/actions.py" line="0" />
      <source>Invert</source>
      <translation>Invertir</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/actions.py" line="0" />
      <location filename="../../studio/ui/commands/mask_commands.py" line="0" />
      <source>Invert the layer mask</source>
      <translation>Invertir la máscara de capa</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/actions.py" line="0" />
      <location filename="../../studio/ui/commands/mask_commands.py" line="0" />
      <source>Invert the mask</source>
      <translation>Invertir la máscara</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/mask_commands.py" line="0" />
      <source>Invert the selection</source>
      <translation>Invertir la selección</translation>
    </message>
    <message>
      <location filename="../../studio/ui/rewrite/rewrite_status.py" line="0" />
      <source>Inverts the picture: finds the noise from which the model reproduces it; needed once for all edits</source>
      <translation>Busca el ruido desde el que el modelo pinta esta imagen; una vez para todas las ediciones</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/questions.py" line="0" />
      <source>It can be recovered as it was after the last step: {step}.</source>
      <translation>Se puede abrir tal como estaba tras su último paso: {step}.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/generations/generations_window.py" line="0" />
      <source>It is a layer now.</source>
      <translation>Ya es una capa.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/generations/generations_window.py" line="0" />
      <source>It is in the tray now.</source>
      <translation>Ya está en la bandeja.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/model_card.py" line="0" />
      <source>It is there already.</source>
      <translation>Ya está aquí.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/preferences.py" line="0" />
      <source>It knows more words than the small one that ships.</source>
      <translation>Conoce más palabras que el pequeño incluido.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/models/memory_text.py" line="0" />
      <source>It will not run.</source>
      <translation>No funcionará.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/subject_commands.py" line="0" />
      <source>Its current content is lost.</source>
      <translation>Se pierde lo que contiene ahora.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/training/subject_chip.py" line="0" />
      <source>Its embedding is written to a second file beside it</source>
      <translation>Su palabra se escribe en un segundo archivo al lado</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/questions.py" line="0" />
      <source>Its file holds all of it, but not the prompt that you wrote; that can come back.</source>
      <translation>Su archivo lo contiene todo menos el prompt que escribiste; se puede recuperar.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/subject_commands.py" line="0" />
      <source>Its progress is deleted; the photos are not.</source>
      <translation>Se elimina lo aprendido hasta ahora; las fotos no.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/prompt/reference_row.py" line="0" />
      <source>Its style: colours, light, brushwork</source>
      <translation>Su estilo: los colores, la luz, la forma en que está pintada</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/actions.py" line="0" />
      <source>JPEG…</source>
      <translation>JPEG…</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/questions.py" line="0" />
      <source>Jobs are stopped in any case.</source>
      <translation>Los trabajos se detienen en cualquier caso.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/results/queue_panel.py" line="0" />
      <source>Jobs that wait</source>
      <translation>Trabajos en espera</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/first_model_dialog.py" line="0" />
      <source>Keep it</source>
      <translation>Conservarlo</translation>
    </message>
    <message>
      <location filename="../../studio/ui/rewrite/rewrite_form.py" line="0" />
      <source>Keep the layout</source>
      <translation>Mantener el orden</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/image_size_dialog.py" line="0" />
      <source>Keep the proportions</source>
      <translation>Mantener las proporciones</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/actions.py" line="0" />
      <source>Keep the running job's present state</source>
      <translation>Conservar el estado actual del trabajo en curso</translation>
    </message>
    <message>
      <location filename="../../studio/ui/prompt/sampling_form.py" line="0" />
      <source>Keep the seed of the last result</source>
      <translation>Conservar la semilla del último resultado</translation>
    </message>
    <message>
      <location filename="../../studio/ui/rewrite/rewrite_form.py" line="0" />
      <source>Keep the shapes</source>
      <translation>Mantener formas</translation>
    </message>
    <message>
      <location filename="../../studio/ui/prompt/recipe_bar.py" line="0" />
      <source>Keep these settings for the next edit</source>
      <translation>Conserva estos ajustes para la próxima edición</translation>
    </message>
    <message>
      <location filename="../../studio/ui/results/queue_panel.py" line="0" />
      <source>Keep this and end here</source>
      <translation>Conservar esto y terminar aquí</translation>
    </message>
    <message>
      <location filename="../../studio/ui/canvas/previews.py" line="0" />
      <location filename="../../studio/ui/results/tray_panel.py" line="0" />
      <source>Keep this variation as a layer (Enter)</source>
      <translation>Conservar esta variación como capa (Intro)</translation>
    </message>
    <message>
      <location filename="../../studio/ui/results/queue_panel.py" line="0" />
      <source>Keeping this state…</source>
      <translation>Conservando este estado…</translation>
    </message>
    <message>
      <location filename="../../studio/ui/keys/shortcut_editor.py" line="0" />
      <source>Keyboard shortcuts</source>
      <translation>Atajos de teclado</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/actions.py" line="0" />
      <source>Keyboard shortcuts…</source>
      <translation>Atajos de teclado…</translation>
    </message>
    <message>
      <location filename="../../studio/ui/keys/shortcut_editor.py" line="0" />
      <source>Keys</source>
      <translation>Teclas</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/subject_commands.py" line="0" />
      <location filename="../../studio/ui/models/library_view.py" line="0" />
      <location filename="../../studio/ui/training/naming_form.py" line="0" />
      <source>Kind</source>
      <translation>Tipo</translation>
    </message>
    <message>
      <location filename="../../studio/ui/layers/control_box.py" line="0" />
      <source>Kind of control</source>
      <translation>Tipo de control</translation>
    </message>
    <message>
      <location filename="../../studio/ui/keys/key_sets.py" line="0" />
      <source>Krita</source>
      <translation>Krita</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/new_dialog.py" line="0" />
      <source>Landscape</source>
      <translation>Horizontal</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/preferences.py" line="0" />
      <source>Language</source>
      <translation>Idioma</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/actions.py" line="0" />
      <location filename="../../studio/ui/training/mask_page.py" line="0" />
      <source>Larger brush</source>
      <translation>Pincel más grande</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/actions.py" line="0" />
      <source>Larger object</source>
      <translation>Objeto mayor</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/first_model_dialog.py" line="0" />
      <location filename="../../studio/ui/dialogs/questions.py" line="0" />
      <source>Later</source>
      <translation>Más tarde</translation>
    </message>
    <message>
      <location filename="../../studio/ui/bars/object_choice.py" line="0" />
      <location filename="../../studio/ui/commands/mask_commands.py" line="0" />
      <location filename="../../studio/ui/layers/layers_panel.py" line="0" />
      <source>Layer mask</source>
      <translation>Máscara de capa</translation>
    </message>
    <message>
      <location filename="../../studio/ui/layers/layers_panel.py" line="0" />
      <source>Layer mask, switched off</source>
      <translation>Máscara de capa, desactivada</translation>
    </message>
    <message>
      <location filename="../../studio/ui/layers/layers_panel.py" line="0" />
      <source>Layer mask: click to paint on it, Shift switches it, Alt shows it alone</source>
      <translation>Máscara de capa: clic para pintar en ella, Mayús la activa o desactiva, Alt la muestra sola</translation>
    </message>
    <message>
      <location filename="../../studio/ui/layers/layers_panel.py" line="0" />
      <source>Layer settings</source>
      <translation>Ajustes de la capa</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/new_dialog.py" line="0" />
      <location filename="../../studio/ui/layers/layer_commands.py" line="0" />
      <source>Layer {number}</source>
      <translation>Capa {number}</translation>
    </message>
    <message>
      <location filename="../../studio/ui/layers/layers_panel.py" line="0" />
      <location filename="../../studio/ui/training/training_form.py" line="0" />
      <location filename="../../studio/ui/window/main_window.py" line="0" />
      <source>Layers</source>
      <translation>Capas</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/mask_commands.py" line="0" />
      <source>Layers here</source>
      <translation>Capas aquí</translation>
    </message>
    <message>
      <location filename="../../studio/ui/training/photo_card.py" line="0" />
      <source>Learn from this photo</source>
      <translation>Aprender de esta foto</translation>
    </message>
    <message>
      <location filename="../../studio/ui/training/training_form.py" line="0" />
      <source>Learning rate of new words</source>
      <translation>Tasa de aprendizaje de las palabras nuevas</translation>
    </message>
    <message>
      <location filename="../../studio/ui/training/training_form.py" line="0" />
      <source>Learning rate of the UNet</source>
      <translation>Tasa de aprendizaje de la UNet</translation>
    </message>
    <message>
      <location filename="../../studio/ui/training/training_form.py" line="0" />
      <source>Learning rate of the text encoder</source>
      <translation>Tasa de aprendizaje del codificador de texto</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/canvas_dialog.py" line="0" />
      <location filename="../../studio/ui/dialogs/forms.py" line="0" />
      <source>Left</source>
      <translation>Izquierda</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/actions.py" line="0" />
      <source>Less opacity</source>
      <translation>Menos opacidad</translation>
    </message>
    <message>
      <location filename="../../studio/ui/bars/object_choice.py" line="0" />
      <source>Let the prompt change the selected thing</source>
      <translation>Dejar que el prompt cambie el objeto seleccionado</translation>
    </message>
    <message>
      <location filename="../../studio/ui/training/mask_page.py" line="0" />
      <source>Let the whole photo count</source>
      <translation>Que cuente toda la foto</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/assets_dialog.py" line="0" />
      <source>Licence</source>
      <translation>Licencia</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/forms.py" line="0" />
      <source>Licence: MIT. Icons: Phosphor.</source>
      <translation>Licencia: MIT. Iconos: Phosphor.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/model_card.py" line="0" />
      <source>Licence: {names}</source>
      <translation>Licencia: {names}</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/licence_dialog.py" line="0" />
      <location filename="../../studio/ui/models/models_panel.py" line="0" />
      <source>Licences</source>
      <translation>Licencias</translation>
    </message>
    <message>
      <location filename="../../studio/ui/models/models_panel.py" line="0" />
      <source>Licences…</source>
      <translation>Licencias…</translation>
    </message>
    <message>
      <location filename="../../studio/ui/keys/key_sets.py" line="0" />
      <source>Lienzo (as in Photoshop)</source>
      <translation>Lienzo (como en Photoshop)</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/questions.py" line="0" />
      <source>Lienzo closed unexpectedly while {name} was open.</source>
      <translation>Lienzo se cerró de forma inesperada con {name} abierto.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/guide_viewer.py" line="0" />
      <source>Lienzo opens no connection. The address is {address}.</source>
      <translation>Lienzo no abre ninguna conexión. La dirección es {address}.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/forms.py" line="0" />
      <source>Lienzo opens no connection: everything runs on this machine.</source>
      <translation>Lienzo no abre ninguna conexión: todo se ejecuta en este equipo.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/bars/status_line.py" line="0" />
      <source>Lienzo opens no connection; nothing leaves this machine.</source>
      <translation>Lienzo no abre ninguna conexión; nada sale de este equipo.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/find_commands.py" line="0" />
      <location filename="../../studio/ui/dialogs/find_dialog.py" line="0" />
      <source>Lienzo uses them where they are; nothing is copied or changed.</source>
      <translation>Lienzo los usa donde están; no se copia ni se cambia nada.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/bars/object_choice.py" line="0" />
      <location filename="../../studio/ui/commands/actions.py" line="0" />
      <source>Lift</source>
      <translation>Levantar</translation>
    </message>
    <message>
      <location filename="../../studio/ui/bars/tool_bars.py" line="0" />
      <source>Lift it</source>
      <translation>Levantarlo</translation>
    </message>
    <message>
      <location filename="../../studio/ui/window/welcome.py" line="0" />
      <source>Lift something and move it</source>
      <translation>Levantar algo y moverlo</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/preferences.py" line="0" />
      <source>Light</source>
      <translation>Claro</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/batch_dialog.py" line="0" />
      <source>Like the layer “{name}”</source>
      <translation>Como la capa «{name}»</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/preferences.py" line="0" />
      <source>Like the system</source>
      <translation>Como el sistema</translation>
    </message>
    <message>
      <location filename="../../studio/ui/training/subject_chip.py" line="0" />
      <location filename="../../studio/ui/training/training_card.py" line="0" />
      <source>Likeness</source>
      <translation>Parecido</translation>
    </message>
    <message>
      <location filename="../../studio/ui/training/training_card.py" line="0" />
      <source>Likeness and drift</source>
      <translation>Parecido y deriva</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/actions.py" line="0" />
      <source>Line art from the picture…</source>
      <translation>Líneas de la imagen…</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/annotate_dialog.py" line="0" />
      <source>Line width</source>
      <translation>Grosor de línea</translation>
    </message>
    <message>
      <location filename="../../studio/ui/prompt/lora_picker.py" line="0" />
      <location filename="../../studio/ui/training/subject_chip.py" line="0" />
      <location filename="../../studio/ui/training/training_form.py" line="0" />
      <source>LoRA</source>
      <translation>LoRA</translation>
    </message>
    <message>
      <location filename="../../studio/ui/training/subject_chip.py" line="0" />
      <source>LoRA for A1111, ComfyUI and others (kohya)…</source>
      <translation>LoRA para A1111, ComfyUI y otros (kohya)…</translation>
    </message>
    <message>
      <location filename="../../studio/ui/training/subject_chip.py" line="0" />
      <source>LoRA for diffusers and PEFT…</source>
      <translation>LoRA para diffusers y PEFT…</translation>
    </message>
    <message>
      <location filename="../../studio/ui/training/subject_chip.py" line="0" />
      <source>LoRA for older diffusers…</source>
      <translation>LoRA para diffusers antiguo…</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/subject_commands.py" line="0" />
      <source>LoRA or embedding</source>
      <translation>LoRA o embedding</translation>
    </message>
    <message>
      <location filename="../../studio/ui/prompt/lora_row.py" line="0" />
      <source>LoRA {name}</source>
      <translation>LoRA {name}</translation>
    </message>
    <message>
      <location filename="../../studio/ui/prompt/lora_picker.py" line="0" />
      <location filename="../../studio/ui/prompt/loras_panel.py" line="0" />
      <source>LoRAs</source>
      <translation>LoRA</translation>
    </message>
    <message>
      <location filename="../../studio/ui/window/startup.py" line="0" />
      <source>Loading the engine…</source>
      <translation>Cargando el motor…</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/actions.py" line="0" />
      <source>Lock or unlock</source>
      <translation>Bloquear o desbloquear</translation>
    </message>
    <message>
      <location filename="../../studio/ui/layers/layers_panel.py" line="0" />
      <source>Locked</source>
      <translation>Bloqueada</translation>
    </message>
    <message>
      <location filename="../../studio/ui/layers/layers_panel.py" line="0" />
      <source>Locked: click to unlock</source>
      <translation>Bloqueada: haz clic para desbloquear</translation>
    </message>
    <message>
      <location filename="../../studio/ui/prompt/prompt_check.py" line="0" />
      <source>Long prompt: this model was trained on short ones and may not combine all of it</source>
      <translation>Largo: este modelo aprendió de textos cortos y quizá no llegue a unirlo todo</translation>
    </message>
    <message>
      <location filename="../../studio/ui/prompt/reference_row.py" line="0" />
      <source>Look</source>
      <translation>Estilo</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/word_commands.py" line="0" />
      <source>Look for</source>
      <translation>Buscar</translation>
    </message>
    <message>
      <location filename="../../studio/ui/widgets/picture_dialog.py" line="0" />
      <source>Look in</source>
      <translation>Buscar en</translation>
    </message>
    <message>
      <location filename="../../studio/ui/models/library_view.py" line="0" />
      <source>Looking at the models…</source>
      <translation>Mirando los modelos…</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/first_model_dialog.py" line="0" />
      <source>Looking at this machine…</source>
      <translation>Mirando este equipo…</translation>
    </message>
    <message>
      <location filename="../../studio/ui/prompt/lora_picker.py" line="0" />
      <source>Looking at your model folders…</source>
      <translation>Mirando en tus carpetas de modelos…</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/model_commands.py" line="0" />
      <source>Looking for models in {name}…</source>
      <translation>Buscando modelos en {name}…</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/find_dialog.py" line="0" />
      <source>Looking for models of other programs…</source>
      <translation>Buscando modelos de otros programas…</translation>
    </message>
    <message>
      <location filename="../../studio/ui/training/training_card.py" line="0" />
      <source>Loss</source>
      <translation>Pérdida</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/actions.py" line="0" />
      <source>Lower</source>
      <translation>Bajar</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/clean_dialog.py" line="0" />
      <location filename="../../studio/ui/dialogs/style_dialog.py" line="0" />
      <source>Make a layer</source>
      <translation>Crear una capa</translation>
    </message>
    <message>
      <location filename="../../studio/ui/prompt/task_row.py" line="0" />
      <source>Make a whole picture from the prompt</source>
      <translation>Crea una imagen entera a partir del prompt</translation>
    </message>
    <message>
      <location filename="../../studio/ui/prompt/prompt_panel.py" line="0" />
      <source>Make again</source>
      <translation>Regenerar</translation>
    </message>
    <message>
      <location filename="../../studio/ui/results/tray_panel.py" line="0" />
      <source>Make more variations like this</source>
      <translation>Hacer más variaciones como esta</translation>
    </message>
    <message>
      <location filename="../../studio/ui/prompt/task_row.py" line="0" />
      <source>Make pictures that resemble this one</source>
      <translation>Hace imágenes parecidas a esta</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/batch_dialog.py" line="0" />
      <source>Make results that are already there once more</source>
      <translation>Volver a hacer los resultados que ya existen</translation>
    </message>
    <message>
      <location filename="../../studio/ui/generations/column_view.py" line="0" />
      <source>Make the missing pictures of {system}</source>
      <translation>Hacer las imágenes que faltan de {system}</translation>
    </message>
    <message>
      <location filename="../../studio/ui/bars/object_choice.py" line="0" />
      <source>Make the selected thing a layer of its own and fill the photo behind it</source>
      <translation>Convierte el objeto seleccionado en una capa propia y rellena la foto detrás</translation>
    </message>
    <message>
      <location filename="../../studio/ui/training/subject_chip.py" line="0" />
      <source>Makes variations with this subject alone</source>
      <translation>Hace variaciones solo con este sujeto</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/mask_commands.py" line="0" />
      <source>Mask</source>
      <translation>Máscara</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/actions.py" line="0" />
      <source>Mask from the selection</source>
      <translation>Máscara desde la selección</translation>
    </message>
    <message>
      <location filename="../../studio/ui/training/mask_view.py" line="0" />
      <source>Mask of the photo</source>
      <translation>Máscara de la foto</translation>
    </message>
    <message>
      <location filename="../../studio/ui/generations/generations_window.py" line="0" />
      <location filename="../../studio/ui/generations/measurements.py" line="0" />
      <source>Measurements</source>
      <translation>Mediciones</translation>
    </message>
    <message>
      <location filename="../../studio/ui/generations/measurements.py" line="0" />
      <source>Memory</source>
      <translation>Memoria</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/preferences.py" line="0" />
      <source>Memory for undo</source>
      <translation>Memoria para deshacer</translation>
    </message>
    <message>
      <location filename="../../studio/ui/generations/figure_texts.py" line="0" />
      <source>Memory {size}</source>
      <translation>Memoria {size}</translation>
    </message>
    <message>
      <location filename="../../studio/ui/bars/status_line.py" line="0" />
      <source>Memory {used} GB</source>
      <translation>Memoria {used} GB</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/actions.py" line="0" />
      <source>Merge down</source>
      <translation>Combinar hacia abajo</translation>
    </message>
    <message>
      <location filename="../../studio/ui/bars/message_bar.py" line="0" />
      <source>Messages</source>
      <translation>Mensajes</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/forms.py" line="0" />
      <source>Metadata</source>
      <translation>Metadatos</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/preferences.py" line="0" />
      <source>Metadata of exports</source>
      <translation>Metadatos al exportar</translation>
    </message>
    <message>
      <location filename="../../studio/ui/rewrite/rewrite_form.py" line="0" />
      <location filename="../../studio/ui/training/training_form.py" line="0" />
      <source>Method</source>
      <translation>Método</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/canvas_dialog.py" line="0" />
      <source>Middle</source>
      <translation>Centro</translation>
    </message>
    <message>
      <location filename="../../studio/ui/training/training_form.py" line="0" />
      <source>Min-SNR gamma</source>
      <translation>Gamma de min-SNR</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/figure_menu.py" line="0" />
      <source>Mirror</source>
      <translation>Reflejar</translation>
    </message>
    <message>
      <location filename="../../studio/ui/training/training_form.py" line="0" />
      <source>Mirrored too</source>
      <translation>También reflejadas</translation>
    </message>
    <message>
      <location filename="../../studio/ui/models/models_panel.py" line="0" />
      <location filename="../../studio/ui/prompt/sampling_form.py" line="0" />
      <source>Model</source>
      <translation>Modelo</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/preferences.py" line="0" />
      <source>Model folders</source>
      <translation>Carpetas de modelos</translation>
    </message>
    <message>
      <location filename="../../studio/ui/training/subject_chip.py" line="0" />
      <source>Model: {model}</source>
      <translation>Modelo: {model}</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/model_commands.py" line="0" />
      <location filename="../../studio/ui/models/models_panel.py" line="0" />
      <location filename="../../studio/ui/window/main_window.py" line="0" />
      <source>Models</source>
      <translation>Modelos</translation>
    </message>
    <message>
      <location filename="../../studio/ui/models/library_list.py" line="0" />
      <source>Models and parts</source>
      <translation>Modelos y partes</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/preferences.py" line="0" />
      <source>Models in this folder: {names}</source>
      <translation>Modelos en esta carpeta: {names}</translation>
    </message>
    <message>
      <location filename="../../studio/ui/widgets/add_model.py" line="0" />
      <source>Models of other programs…</source>
      <translation>Modelos de otros programas…</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/find_dialog.py" line="0" />
      <source>Models on this computer</source>
      <translation>Modelos en este equipo</translation>
    </message>
    <message>
      <location filename="../../studio/ui/models/models_panel.py" line="0" />
      <source>Models that cannot be used</source>
      <translation>Modelos que no se pueden usar</translation>
    </message>
    <message>
      <location filename="../../studio/ui/rewrite/rewrite_form.py" line="0" />
      <source>More</source>
      <translation>Más</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/actions.py" line="0" />
      <location filename="../../studio/ui/results/tray_panel.py" line="0" />
      <source>More like this</source>
      <translation>Más como esta</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/actions.py" line="0" />
      <source>More opacity</source>
      <translation>Más opacidad</translation>
    </message>
    <message>
      <location filename="../../studio/ui/rewrite/rewrite_form.py" line="0" />
      <source>More steps reproduce the picture better and take longer</source>
      <translation>Más pasos leen mejor la imagen y tardan más</translation>
    </message>
    <message>
      <location filename="../../studio/ui/prompt/lora_row.py" line="0" />
      <source>More trigger words</source>
      <translation>Más palabras de activación</translation>
    </message>
    <message>
      <location filename="../../studio/ui/training/subject_chip.py" line="0" />
      <source>More…</source>
      <translation>Más…</translation>
    </message>
    <message>
      <location filename="../../studio/ui/prompt/lora_row.py" line="0" />
      <source>Move down</source>
      <translation>Bajar</translation>
    </message>
    <message>
      <location filename="../../studio/ui/prompt/lora_row.py" line="0" />
      <source>Move up</source>
      <translation>Subir</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/subject_commands.py" line="0" />
      <location filename="../../studio/ui/training/naming_form.py" line="0" />
      <source>Name</source>
      <translation>Nombre</translation>
    </message>
    <message>
      <location filename="../../studio/ui/training/subject_chip.py" line="0" />
      <source>Name of the subject</source>
      <translation>Nombre del sujeto</translation>
    </message>
    <message>
      <location filename="../../studio/ui/training/training_form.py" line="0" />
      <source>Needs less memory and more time</source>
      <translation>Ocupa menos memoria y tarda más</translation>
    </message>
    <message>
      <location filename="../../studio/ui/models/memory_text.py" line="0" />
      <source>Needs {need} of memory; {have} are free.</source>
      <translation>Necesita {need} de memoria; hay {have} libres.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/models/memory_text.py" line="0" />
      <source>Needs {need}, at least {least}; you have {have}.</source>
      <translation>Necesita {need}, como mínimo {least}; tienes {have}.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/models/memory_text.py" line="0" />
      <source>Needs {need}, you have {have}: it will run {way}.</source>
      <translation>Necesita {need}, tienes {have}: funcionará {way}.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/models/memory_text.py" line="0" />
      <source>Needs {need}; your card has {have}.</source>
      <translation>Necesita {need}; tu tarjeta tiene {have}.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/model_card.py" line="0" />
      <source>Needs {one}</source>
      <translation>Necesita {one}</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/model_card.py" line="0" />
      <source>Needs {one} or {other}</source>
      <translation>Necesita {one} o {other}</translation>
    </message>
    <message>
      <location filename="../../studio/ui/prompt/prompt_panel.py" line="0" />
      <source>Negative prompt</source>
      <translation>Prompt negativo</translation>
    </message>
    <message>
      <location filename="../../studio/ui/rewrite/rewrite_form.py" line="0" />
      <source>Negative-prompt inversion</source>
      <translation>Inversión con prompt negativo</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/assets_dialog.py" line="0" />
      <source>Network</source>
      <translation>Red</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/assets_dialog.py" line="0" />
      <source>Networks of the photo tools</source>
      <translation>Redes de las herramientas para fotos</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/preferences.py" line="0" />
      <source>Networks of the photo tools…</source>
      <translation>Redes de las herramientas para fotos…</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/actions.py" line="0" />
      <location filename="../../studio/ui/commands/adjustment_commands.py" line="0" />
      <source>New adjustment layer</source>
      <translation>Nueva capa de ajuste</translation>
    </message>
    <message>
      <location filename="../../studio/ui/keys/shortcut_editor.py" line="0" />
      <source>New key</source>
      <translation>Tecla nueva</translation>
    </message>
    <message>
      <location filename="../../studio/ui/keys/shortcut_editor.py" line="0" />
      <source>New key of “{name}”</source>
      <translation>Tecla nueva de «{name}»</translation>
    </message>
    <message>
      <location filename="../../studio/ui/bars/object_choice.py" line="0" />
      <location filename="../../studio/ui/commands/actions.py" line="0" />
      <source>New layer</source>
      <translation>Nueva capa</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/new_dialog.py" line="0" />
      <location filename="../../studio/ui/prompt/task_row.py" line="0" />
      <source>New picture</source>
      <translation>Imagen nueva</translation>
    </message>
    <message>
      <location filename="../../studio/ui/bars/tool_bars.py" line="0" />
      <source>New selection</source>
      <translation>Selección nueva</translation>
    </message>
    <message>
      <location filename="../../studio/ui/training/training_form.py" line="0" />
      <source>New word and LoRA</source>
      <translation>Palabra nueva y LoRA</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/actions.py" line="0" />
      <location filename="../../studio/ui/documents/start_page.py" line="0" />
      <source>New…</source>
      <translation>Nuevo…</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/actions.py" line="0" />
      <source>Next blend mode</source>
      <translation>Modo de fusión siguiente</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/actions.py" line="0" />
      <source>Next document</source>
      <translation>Documento siguiente</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/actions.py" line="0" />
      <source>Next panel</source>
      <translation>Panel siguiente</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/guide_viewer.py" line="0" />
      <source>Next place</source>
      <translation>Lugar siguiente</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/edit_commands.py" line="0" />
      <source>No document is open: begin a new one, or open a file.</source>
      <translation>No hay ningún documento abierto: empieza uno nuevo o abre un archivo.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/canvas/pose_overlay.py" line="0" />
      <source>No figure yet: add one.</source>
      <translation>Aún no hay figuras: añade una.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/keys/shortcut_editor.py" line="0" />
      <source>No key</source>
      <translation>Sin tecla</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/image_size_dialog.py" line="0" />
      <source>No larger than before: resampled by Lanczos, without the network.</source>
      <translation>No será mayor que antes: se remuestrea con Lanczos, sin la red.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/find_dialog.py" line="0" />
      <source>No models of ComfyUI, A1111, Forge, InvokeAI or the Hugging Face cache were found in the usual places. Choose another folder if you have some.</source>
      <translation>No se encontraron modelos de ComfyUI, A1111, Forge, InvokeAI ni de la caché de Hugging Face en los lugares habituales. Elige otra carpeta si tienes alguno.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/prompt/region_row.py" line="0" />
      <source>No place yet</source>
      <translation>Aún sin lugar</translation>
    </message>
    <message>
      <location filename="../../studio/ui/prompt/region_row.py" line="0" />
      <source>No prompt yet: not used</source>
      <translation>Aún sin palabras: no cuenta</translation>
    </message>
    <message>
      <location filename="../../studio/ui/prompt/prompt_panel.py" line="0" />
      <source>No prompts yet</source>
      <translation>Aún no hay prompts</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/edit_commands.py" line="0" />
      <source>No result is selected.</source>
      <translation>No hay ningún resultado seleccionado.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/actions.py" line="0" />
      <source>None</source>
      <translation>Nada</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/first_model_dialog.py" line="0" />
      <source>None of them</source>
      <translation>Ninguno</translation>
    </message>
    <message>
      <location filename="../../studio/ui/prompt/lora_picker.py" line="0" />
      <source>None of your LoRAs has “{text}” in its names.</source>
      <translation>Ninguno de tus LoRA tiene «{text}» en sus nombres.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/training/training_form.py" line="0" />
      <source>Not at all</source>
      <translation>Nada</translation>
    </message>
    <message>
      <location filename="../../studio/ui/training/subjects_panel.py" line="0" />
      <source>Not finished</source>
      <translation>Sin terminar</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/model_card.py" line="0" />
      <source>Not for: {text}</source>
      <translation>No sirve para: {text}</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/guide_viewer.py" line="0" />
      <source>Not found</source>
      <translation>No se encuentra</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/actions.py" line="0" />
      <source>Not in a menu</source>
      <translation>Sin menú</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/assets_dialog.py" line="0" />
      <source>Not installed: {names}. {reason}</source>
      <translation>No se instaló: {names}. {reason}</translation>
    </message>
    <message>
      <location filename="../../studio/ui/generations/figure_texts.py" line="0" />
      <source>Not measured: {names}.</source>
      <translation>Sin medir: {names}.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/rewrite/rewrite_status.py" line="0" />
      <source>Not read yet: the first edit reads it and takes longer.</source>
      <translation>Aún sin leer: el primer cambio la lee, y eso tarda más.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/actions.py" line="0" />
      <source>Not there yet</source>
      <translation>Todavía no disponible</translation>
    </message>
    <message>
      <location filename="../../studio/ui/rewrite/rewrite_panel.py" line="0" />
      <source>Nothing changes outside the painted mask or the selection.</source>
      <translation>Nada cambia fuera de la máscara pintada o de la selección.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/generations/figure_texts.py" line="0" />
      <source>Nothing has been measured yet.</source>
      <translation>Todavía no se ha medido nada.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/results/queue_panel.py" line="0" />
      <source>Nothing is running</source>
      <translation>No hay nada en marcha</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/edit_commands.py" line="0" />
      <source>Nothing is running or waiting.</source>
      <translation>No hay nada en marcha ni en espera.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/get_commands.py" line="0" />
      <source>Nothing is sent before you press Resume.</source>
      <translation>No se envía nada antes de pulsar Continuar.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/canvas_dialog.py" line="0" />
      <location filename="../../studio/ui/dialogs/image_size_dialog.py" line="0" />
      <source>Now</source>
      <translation>Ahora</translation>
    </message>
    <message>
      <location filename="../../studio/ui/prompt/place_label.py" line="0" />
      <source>Nowhere: paint a mask (Q) or select (M)</source>
      <translation>En ningún sitio: máscara (Q) o selección (M)</translation>
    </message>
    <message>
      <location filename="../../studio/ui/rewrite/rewrite_form.py" line="0" />
      <source>Null-text inversion</source>
      <translation>Inversión null-text</translation>
    </message>
    <message>
      <location filename="../../studio/ui/training/training_form.py" line="0" />
      <source>Number of training steps</source>
      <translation>Cuántas veces practica el modelo</translation>
    </message>
    <message>
      <location filename="../../studio/ui/keys/shortcut_editor.py" line="0" />
      <source>OK</source>
      <translation>Aceptar</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/actions.py" line="0" />
      <source>Object in the middle of the view</source>
      <translation>Objeto en el centro de la vista</translation>
    </message>
    <message>
      <location filename="../../studio/ui/documents/object_watch.py" line="0" />
      <source>Objects are found after the running job…</source>
      <translation>Los objetos se buscarán tras el trabajo en curso…</translation>
    </message>
    <message>
      <location filename="../../studio/ui/bars/status_line.py" line="0" />
      <source>Offline</source>
      <translation>Sin conexión</translation>
    </message>
    <message>
      <location filename="../../studio/ui/bars/tool_bars.py" line="0" />
      <source>On a new layer</source>
      <translation>En una capa nueva</translation>
    </message>
    <message>
      <location filename="../../studio/ui/generations/generations_window.py" line="0" />
      <source>One prompt for all systems, for example: a red car</source>
      <translation>Un prompt para todos los sistemas, por ejemplo: un coche rojo</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/assets_dialog.py" line="0" />
      <source>Only this button and the installation use a network.</source>
      <translation>Solo este botón y la instalación usan la red.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/training/training_form.py" line="0" />
      <source>Only what the masks show</source>
      <translation>Solo lo que muestran las máscaras</translation>
    </message>
    <message>
      <location filename="../../studio/ui/prompt/reference_row.py" line="0" />
      <source>Only where selected</source>
      <translation>Solo en lo seleccionado</translation>
    </message>
    <message>
      <location filename="../../studio/ui/rewrite/rewrite_form.py" line="0" />
      <source>Only where the changed words act</source>
      <translation>Solo donde actúan las palabras cambiadas</translation>
    </message>
    <message>
      <location filename="../../studio/ui/bars/tool_bars.py" line="0" />
      <location filename="../../studio/ui/layers/layers_panel.py" line="0" />
      <source>Opacity</source>
      <translation>Opacidad</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/actions.py" line="0" />
      <source>Opacity {share} %</source>
      <translation>Opacidad {share} %</translation>
    </message>
    <message>
      <location filename="../../studio/ui/documents/files.py" line="0" />
      <source>Open</source>
      <translation>Abrir</translation>
    </message>
    <message>
      <location filename="../../studio/ui/documents/document_tabs.py" line="0" />
      <source>Open documents</source>
      <translation>Documentos abiertos</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/actions.py" line="0" />
      <source>Open flattened</source>
      <translation>Abrir acoplado</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/actions.py" line="0" />
      <source>Open recent</source>
      <translation>Abrir reciente</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/actions.py" line="0" />
      <source>Open the sample photo</source>
      <translation>Abrir la foto de ejemplo</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/actions.py" line="0" />
      <source>OpenRaster…</source>
      <translation>OpenRaster…</translation>
    </message>
    <message>
      <location filename="../../studio/ui/documents/files.py" line="0" />
      <source>Opening {name}…</source>
      <translation>Abriendo {name}…</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/actions.py" line="0" />
      <location filename="../../studio/ui/documents/start_page.py" line="0" />
      <source>Open…</source>
      <translation>Abrir…</translation>
    </message>
    <message>
      <location filename="../../studio/ui/canvas/overlays.py" line="0" />
      <source>Orange</source>
      <translation>Naranja</translation>
    </message>
    <message>
      <location filename="../../studio/ui/results/tray_panel.py" line="0" />
      <source>Order by prompt: those that fit it best first</source>
      <translation>Ordenar por el prompt: primero los que mejor encajan</translation>
    </message>
    <message>
      <location filename="../../studio/ui/results/tray_panel.py" line="0" />
      <source>Order by words</source>
      <translation>Ordenar con palabras</translation>
    </message>
    <message>
      <location filename="../../studio/ui/results/tray_panel.py" line="0" />
      <source>Order by words…</source>
      <translation>Ordenar con palabras…</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/new_dialog.py" line="0" />
      <source>Orientation</source>
      <translation>Orientación</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/first_model_dialog.py" line="0" />
      <source>Other models</source>
      <translation>Otros modelos</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/forms.py" line="0" />
      <source>Otherwise, the file keeps the colour profile {name}.</source>
      <translation>Si no, el archivo lleva el perfil de color {name}.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/prompt/region_row.py" line="0" />
      <source>Outside the picture</source>
      <translation>Fuera de la imagen</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/actions.py" line="0" />
      <source>PNG…</source>
      <translation>PNG…</translation>
    </message>
    <message>
      <location filename="../../studio/ui/training/subjects_panel.py" line="0" />
      <source>Paint a mask or select a part first.</source>
      <translation>Pinta antes una máscara o selecciona una parte.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/bars/tool_bars.py" line="0" />
      <location filename="../../studio/ui/commands/actions.py" line="0" />
      <source>Paint on the layer mask</source>
      <translation>Pintar en la máscara de capa</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/first_steps.py" line="0" />
      <source>Paint over a place, say what should be there, and press Generate.</source>
      <translation>Pinta sobre un sitio, di qué debe haber ahí y pulsa Generar.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/window/welcome.py" line="0" />
      <source>Paint something with a prompt</source>
      <translation>Pintar algo con un prompt</translation>
    </message>
    <message>
      <location filename="../../studio/ui/training/mask_page.py" line="0" />
      <source>Paint what belongs to the subject</source>
      <translation>Pinta lo que pertenece al sujeto</translation>
    </message>
    <message>
      <location filename="../../studio/ui/training/mask_page.py" line="0" />
      <source>Paint what is background</source>
      <translation>Pinta lo que es fondo</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/style_dialog.py" line="0" />
      <source>Painting from a file…</source>
      <translation>Cuadro de un archivo…</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/actions.py" line="0" />
      <location filename="../../studio/ui/window/main_window.py" line="0" />
      <source>Panels</source>
      <translation>Paneles</translation>
    </message>
    <message>
      <location filename="../../studio/ui/generations/systems_list.py" line="0" />
      <source>Paper, or why it cannot be compared</source>
      <translation>Artículo, o por qué no se puede comparar</translation>
    </message>
    <message>
      <location filename="../../studio/ui/layers/adjustment_box.py" line="0" />
      <source>Part</source>
      <translation>Parte</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/style_dialog.py" line="0" />
      <source>Paste a painting</source>
      <translation>Pegar un cuadro</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/actions.py" line="0" />
      <source>Paste as a layer</source>
      <translation>Pegar como capa</translation>
    </message>
    <message>
      <location filename="../../studio/ui/documents/clipboard.py" line="0" />
      <source>Pasted</source>
      <translation>Pegado</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/first_model_dialog.py" line="0" />
      <source>Pause</source>
      <translation>Pausar</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/first_model_dialog.py" line="0" />
      <source>Pause keeps it, and goes on from there later.</source>
      <translation>Pausar lo conserva, y más tarde se sigue desde ahí.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/results/queue_panel.py" line="0" />
      <location filename="../../studio/ui/training/training_card.py" line="0" />
      <source>Pause the training</source>
      <translation>Pausar el entrenamiento</translation>
    </message>
    <message>
      <location filename="../../studio/ui/training/training_card.py" line="0" />
      <source>Paused</source>
      <translation>En pausa</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/first_model_dialog.py" line="0" />
      <source>Paused. What has been downloaded is kept.</source>
      <translation>En pausa. Lo descargado se conserva.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/batch_dialog.py" line="0" />
      <source>Photo</source>
      <translation>Foto</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/preferences.py" line="0" />
      <source>Photo tools</source>
      <translation>Herramientas para fotos</translation>
    </message>
    <message>
      <location filename="../../studio/ui/training/photo_card.py" line="0" />
      <source>Photo {name}</source>
      <translation>Foto {name}</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/batch_dialog.py" line="0" />
      <location filename="../../studio/ui/training/photo_row.py" line="0" />
      <source>Photos</source>
      <translation>Fotos</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/batch_dialog.py" line="0" />
      <source>Photos from</source>
      <translation>Fotos de</translation>
    </message>
    <message>
      <location filename="../../studio/ui/training/training_form.py" line="0" />
      <source>Photos per step</source>
      <translation>Fotos por paso</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/actions.py" line="0" />
      <source>Photoshop (PSD)…</source>
      <translation>Photoshop (PSD)…</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/style_dialog.py" line="0" />
      <location filename="../../studio/ui/documents/files.py" line="0" />
      <location filename="../../studio/ui/generations/columns_page.py" line="0" />
      <location filename="../../studio/ui/generations/generations_window.py" line="0" />
      <location filename="../../studio/ui/prompt/references_panel.py" line="0" />
      <location filename="../../studio/ui/training/teach_sheet.py" line="0" />
      <source>Pictures</source>
      <translation>Imágenes</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/control_commands.py" line="0" />
      <source>Pictures (*.png *.jpg *.jpeg *.webp *.ora *.psd)</source>
      <translation>Imágenes (*.png *.jpg *.jpeg *.webp *.ora *.psd)</translation>
    </message>
    <message>
      <location filename="../../studio/ui/training/sample_grid.py" line="0" />
      <source>Pictures of step {step}</source>
      <translation>Imágenes del paso {step}</translation>
    </message>
    <message>
      <location filename="../../studio/ui/training/sample_grid.py" line="0" />
      <source>Pictures of step {step}, the best so far</source>
      <translation>Imágenes del paso {step}, el mejor hasta ahora</translation>
    </message>
    <message>
      <location filename="../../studio/ui/training/training_form.py" line="0" />
      <source>Pictures of the class</source>
      <translation>Con imágenes de la clase</translation>
    </message>
    <message>
      <location filename="../../studio/ui/canvas/overlays.py" line="0" />
      <source>Pink</source>
      <translation>Rosa</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/canvas_dialog.py" line="0" />
      <location filename="../../studio/ui/dialogs/new_dialog.py" line="0" />
      <source>Pixels per inch</source>
      <translation>Píxeles por pulgada</translation>
    </message>
    <message>
      <location filename="../../studio/ui/documents/files.py" line="0" />
      <source>Place</source>
      <translation>Colocar</translation>
    </message>
    <message>
      <location filename="../../studio/ui/keys/later.py" line="0" />
      <source>Place a picture of the text as a layer instead.</source>
      <translation>Coloca una imagen del texto como capa.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/actions.py" line="0" />
      <source>Place…</source>
      <translation>Colocar…</translation>
    </message>
    <message>
      <location filename="../../studio/ui/documents/files.py" line="0" />
      <source>Placing {name}…</source>
      <translation>Colocando {name}…</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/new_dialog.py" line="0" />
      <source>Portrait</source>
      <translation>Vertical</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/figure_menu.py" line="0" />
      <source>Pose</source>
      <translation>Pose</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/actions.py" line="0" />
      <source>Pose from the picture</source>
      <translation>Pose de la imagen</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/control_commands.py" line="0" />
      <source>Poses (*.json *.png *.jpg *.jpeg *.webp)</source>
      <translation>Poses (*.json *.png *.jpg *.jpeg *.webp)</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/preferences.py" line="0" />
      <source>Preferences</source>
      <translation>Preferencias</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/actions.py" line="0" />
      <source>Preferences…</source>
      <translation>Preferencias…</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/new_dialog.py" line="0" />
      <source>Preset</source>
      <translation>Tamaño habitual</translation>
    </message>
    <message>
      <location filename="../../studio/ui/results/queue_panel.py" line="0" />
      <source>Press Delete to remove a job from the queue</source>
      <translation>Supr saca un trabajo de la cola</translation>
    </message>
    <message>
      <location filename="../../studio/ui/models/models_panel.py" line="0" />
      <source>Press Enter or double-click to insert the word into the prompt</source>
      <translation>Intro o doble clic pone la palabra en el prompt</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/subject_commands.py" line="0" />
      <source>Press Resume in the Subjects panel to continue it.</source>
      <translation>Reanudar hace que siga donde estaba: en el panel Sujetos.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/annotate_dialog.py" line="0" />
      <location filename="../../studio/ui/dialogs/part_preview.py" line="0" />
      <location filename="../../studio/ui/widgets/picture_dialog.py" line="0" />
      <source>Preview</source>
      <translation>Vista previa</translation>
    </message>
    <message>
      <location filename="../../studio/ui/canvas/previews.py" line="0" />
      <source>Previewing “{prompt}”  ·  Enter applies, Esc goes back</source>
      <translation>Vista previa de «{prompt}»  ·  Intro la aplica, Esc vuelve</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/actions.py" line="0" />
      <source>Previous blend mode</source>
      <translation>Modo de fusión anterior</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/actions.py" line="0" />
      <source>Previous document</source>
      <translation>Documento anterior</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/actions.py" line="0" />
      <source>Previous panel</source>
      <translation>Panel anterior</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/guide_viewer.py" line="0" />
      <source>Previous place</source>
      <translation>Lugar anterior</translation>
    </message>
    <message>
      <location filename="../../studio/ui/training/training_form.py" line="0" />
      <source>Prior preservation</source>
      <translation>Conservar la clase</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/find_dialog.py" line="0" />
      <source>Program</source>
      <translation>Programa</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/batch_dialog.py" line="0" />
      <source>Progress of the batch</source>
      <translation>Progreso del lote</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/assets_dialog.py" line="0" />
      <location filename="../../studio/ui/dialogs/first_model_dialog.py" line="0" />
      <source>Progress of the download</source>
      <translation>Progreso de la descarga</translation>
    </message>
    <message>
      <location filename="../../studio/ui/rewrite/rewrite_status.py" line="0" />
      <source>Progress of the edit by words</source>
      <translation>Progreso de la edición con palabras</translation>
    </message>
    <message>
      <location filename="../../studio/ui/results/queue_panel.py" line="0" />
      <source>Progress of the running job</source>
      <translation>Progreso del trabajo en marcha</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/find_dialog.py" line="0" />
      <source>Progress of the search</source>
      <translation>Avance de la búsqueda</translation>
    </message>
    <message>
      <location filename="../../studio/ui/training/training_card.py" line="0" />
      <source>Progress of the training</source>
      <translation>Progreso del entrenamiento</translation>
    </message>
    <message>
      <location filename="../../studio/ui/generations/generations_window.py" line="0" />
      <location filename="../../studio/ui/prompt/prompt_panel.py" line="0" />
      <location filename="../../studio/ui/window/main_window.py" line="0" />
      <source>Prompt</source>
      <translation>Prompt</translation>
    </message>
    <message>
      <location filename="../../studio/ui/prompt/region_row.py" line="0" />
      <source>Prompt of region {number}</source>
      <translation>Prompt de la región {number}</translation>
    </message>
    <message>
      <location filename="../../studio/ui/prompt/prompt_panel.py" line="0" />
      <source>Prompt panel</source>
      <translation>Panel de prompt</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/actions.py" line="0" />
      <source>Put the panels back</source>
      <translation>Restablecer los paneles</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/forms.py" line="0" />
      <location filename="../../studio/ui/generations/measurements.py" line="0" />
      <source>Quality</source>
      <translation>Calidad</translation>
    </message>
    <message>
      <location filename="../../studio/ui/generations/figure_texts.py" line="0" />
      <source>Quality {share}</source>
      <translation>Calidad {share}</translation>
    </message>
    <message>
      <location filename="../../studio/ui/generations/chart_view.py" line="0" />
      <source>Quality, speed and variety</source>
      <translation>Calidad, velocidad y variedad</translation>
    </message>
    <message>
      <location filename="../../studio/ui/generations/chart_view.py" line="0" />
      <source>Quality, speed and variety: a large circle is varied</source>
      <translation>Calidad, velocidad y variedad: un círculo grande es variado</translation>
    </message>
    <message>
      <location filename="../../studio/ui/window/main_window.py" line="0" />
      <source>Queue</source>
      <translation>Cola</translation>
    </message>
    <message>
      <location filename="../../studio/ui/rewrite/rewrite_form.py" line="0" />
      <source>Quick to read, but at a high CFG scale the picture drifts from the original. For loose changes of style.</source>
      <translation>La lectura es rápida, pero con una escala CFG alta la imagen se aleja de lo que era. Para cambios libres de estilo.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/rewrite/rewrite_form.py" line="0" />
      <source>Quick to read: the caption replaces the empty prompt. Close to the picture; strong edits come out weaker.</source>
      <translation>La lectura es rápida: la descripción ocupa el lugar del prompt vacío. Cerca de la imagen; los cambios fuertes salen más débiles.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/actions.py" line="0" />
      <source>Quit</source>
      <translation>Salir</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/questions.py" line="0" />
      <source>Quit Lienzo?</source>
      <translation>¿Salir de Lienzo?</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/actions.py" line="0" />
      <source>Raise</source>
      <translation>Subir</translation>
    </message>
    <message>
      <location filename="../../studio/ui/prompt/sampling_form.py" line="0" />
      <source>Random seed</source>
      <translation>Semilla aleatoria</translation>
    </message>
    <message>
      <location filename="../../studio/ui/training/training_form.py" line="0" />
      <source>Rank</source>
      <translation>Rango</translation>
    </message>
    <message>
      <location filename="../../studio/ui/training/training_form.py" line="0" />
      <source>Rate</source>
      <translation>Tasa</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/first_model_dialog.py" line="0" />
      <source>Read the licences…</source>
      <translation>Leer las licencias…</translation>
    </message>
    <message>
      <location filename="../../studio/ui/rewrite/rewrite_status.py" line="0" />
      <source>Read the picture</source>
      <translation>Leer la imagen</translation>
    </message>
    <message>
      <location filename="../../studio/ui/training/teach_sheet.py" line="0" />
      <source>Reading and checking the photos…</source>
      <translation>Leyendo y revisando las fotos…</translation>
    </message>
    <message>
      <location filename="../../studio/ui/documents/start_page.py" line="0" />
      <source>Recent files</source>
      <translation>Archivos recientes</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/batch_dialog.py" line="0" />
      <source>Recipe</source>
      <translation>Receta</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/batch_dialog.py" line="0" />
      <source>Recipes</source>
      <translation>Recetas</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/questions.py" line="0" />
      <source>Recover</source>
      <translation>Recuperar</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/questions.py" line="0" />
      <source>Recover a document</source>
      <translation>Recuperar un documento</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/actions.py" line="0" />
      <source>Rectangle by numbers…</source>
      <translation>Rectángulo por números…</translation>
    </message>
    <message>
      <location filename="../../studio/ui/canvas/overlays.py" line="0" />
      <source>Red</source>
      <translation>Rojo</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/actions.py" line="0" />
      <source>Redo</source>
      <translation>Rehacer</translation>
    </message>
    <message>
      <location filename="../../studio/ui/prompt/reference_row.py" line="0" />
      <source>Reference {name}</source>
      <translation>Referencia {name}</translation>
    </message>
    <message>
      <location filename="../../studio/ui/prompt/references_panel.py" line="0" />
      <source>References</source>
      <translation>Referencias</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/actions.py" line="0" />
      <source>Refine the edge</source>
      <translation>Refinar el borde</translation>
    </message>
    <message>
      <location filename="../../studio/ui/prompt/regions_panel.py" line="0" />
      <source>Region prompts</source>
      <translation>Prompts por región</translation>
    </message>
    <message>
      <location filename="../../studio/ui/prompt/region_row.py" line="0" />
      <source>Region {number}</source>
      <translation>Región {number}</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/actions.py" line="0" />
      <source>Regions from the picture</source>
      <translation>Regiones de la imagen</translation>
    </message>
    <message>
      <location filename="../../studio/ui/bars/object_choice.py" line="0" />
      <location filename="../../studio/ui/dialogs/preferences.py" line="0" />
      <location filename="../../studio/ui/training/mask_page.py" line="0" />
      <source>Remove</source>
      <translation>Quitar</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/actions.py" line="0" />
      <source>Remove JPEG blocks…</source>
      <translation>Quitar bloques JPEG…</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/actions.py" line="0" />
      <source>Remove background</source>
      <translation>Quitar el fondo</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/actions.py" line="0" />
      <source>Remove background, with clean edge colours</source>
      <translation>Quitar el fondo, con colores de borde limpios</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/figure_menu.py" line="0" />
      <source>Remove figure</source>
      <translation>Quitar figura</translation>
    </message>
    <message>
      <location filename="../../studio/ui/window/welcome.py" line="0" />
      <source>Remove something</source>
      <translation>Quitar algo</translation>
    </message>
    <message>
      <location filename="../../studio/ui/prompt/lora_row.py" line="0" />
      <source>Remove the LoRA</source>
      <translation>Quitar el LoRA</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/preferences.py" line="0" />
      <source>Remove the folder from the list</source>
      <translation>Quitar la carpeta de la lista</translation>
    </message>
    <message>
      <location filename="../../studio/ui/training/photo_card.py" line="0" />
      <source>Remove the photo</source>
      <translation>Quitar la foto</translation>
    </message>
    <message>
      <location filename="../../studio/ui/prompt/reference_row.py" line="0" />
      <source>Remove the reference</source>
      <translation>Quitar la referencia</translation>
    </message>
    <message>
      <location filename="../../studio/ui/prompt/region_row.py" line="0" />
      <source>Remove the region</source>
      <translation>Quitar la región</translation>
    </message>
    <message>
      <location filename="../../studio/ui/bars/object_choice.py" line="0" />
      <source>Remove the selected thing and fill the photo behind it</source>
      <translation>Quita el objeto seleccionado y rellena la foto detrás</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/actions.py" line="0" />
      <source>Remove what is marked</source>
      <translation>Quitar lo marcado</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/actions.py" line="0" />
      <location filename="../../studio/ui/training/subject_chip.py" line="0" />
      <source>Rename</source>
      <translation>Renombrar</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/subject_commands.py" line="0" />
      <location filename="../../studio/ui/prompt/task_row.py" line="0" />
      <source>Replace</source>
      <translation>Cambiar</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/subject_commands.py" line="0" />
      <source>Replace {name}?</source>
      <translation>¿Sustituir {name}?</translation>
    </message>
    <message>
      <location filename="../../studio/ui/layers/adjustment_box.py" line="0" />
      <source>Replace…</source>
      <translation>Sustituir…</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/image_size_dialog.py" line="0" />
      <source>Resampling</source>
      <translation>Remuestreo</translation>
    </message>
    <message>
      <location filename="../../studio/ui/layers/adjustment_box.py" line="0" />
      <source>Reset</source>
      <translation>Restablecer</translation>
    </message>
    <message>
      <location filename="../../studio/ui/keys/shortcut_editor.py" line="0" />
      <source>Reset all</source>
      <translation>Restablecer todo</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/annotate_dialog.py" line="0" />
      <location filename="../../studio/ui/training/training_form.py" line="0" />
      <source>Resolution</source>
      <translation>Resolución</translation>
    </message>
    <message>
      <location filename="../../studio/ui/prompt/recipe_bar.py" line="0" />
      <source>Restore the previous settings; the layer stays as it is</source>
      <translation>Recupera los ajustes de antes; la capa queda como está</translation>
    </message>
    <message>
      <location filename="../../studio/ui/results/tray_panel.py" line="0" />
      <location filename="../../studio/ui/window/main_window.py" line="0" />
      <source>Results</source>
      <translation>Resultados</translation>
    </message>
    <message>
      <location filename="../../studio/ui/results/tray_panel.py" line="0" />
      <source>Results appear here: compare them, apply one, discard the rest.</source>
      <translation>Aquí llegan los resultados: compáralos, aplica uno y descarta el resto.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/batch_dialog.py" line="0" />
      <source>Results to</source>
      <translation>Resultados en</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/first_model_dialog.py" line="0" />
      <location filename="../../studio/ui/training/subjects_panel.py" line="0" />
      <source>Resume</source>
      <translation>Continuar</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/canvas_dialog.py" line="0" />
      <source>Right</source>
      <translation>Derecha</translation>
    </message>
    <message>
      <location filename="../../studio/ui/keys/later.py" line="0" />
      <source>Rotate the view</source>
      <translation>Girar la vista</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/actions.py" line="0" />
      <location filename="../../studio/ui/dialogs/style_dialog.py" line="0" />
      <source>Run again</source>
      <translation>Ejecutar de nuevo</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/figure_menu.py" line="0" />
      <source>Running</source>
      <translation>Corriendo</translation>
    </message>
    <message>
      <location filename="../../studio/ui/documents/document_page.py" line="0" />
      <location filename="../../studio/ui/documents/start_page.py" line="0" />
      <source>Sample photo</source>
      <translation>Foto de ejemplo</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/actions.py" line="0" />
      <location filename="../../studio/ui/dialogs/preferences.py" line="0" />
      <source>Save</source>
      <translation>Guardar</translation>
    </message>
    <message>
      <location filename="../../studio/ui/documents/files.py" line="0" />
      <source>Save as</source>
      <translation>Guardar como</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/actions.py" line="0" />
      <source>Save as…</source>
      <translation>Guardar como…</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/questions.py" line="0" />
      <source>Save the changes to {name}?</source>
      <translation>¿Guardar los cambios de {name}?</translation>
    </message>
    <message>
      <location filename="../../studio/ui/generations/generations_window.py" line="0" />
      <source>Save the sheet</source>
      <translation>Guardar la lámina</translation>
    </message>
    <message>
      <location filename="../../studio/ui/generations/generations_window.py" line="0" />
      <source>Save the sheet…</source>
      <translation>Guardar la lámina…</translation>
    </message>
    <message>
      <location filename="../../studio/ui/generations/generations_window.py" line="0" />
      <source>Saved as {name}.</source>
      <translation>Guardada como {name}.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/documents/files.py" line="0" />
      <source>Saved {name}.</source>
      <translation>{name} guardado.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/training/teach_sheet.py" line="0" />
      <source>Saving the photos to learn from…</source>
      <translation>Guardando lo que se va a aprender…</translation>
    </message>
    <message>
      <location filename="../../studio/ui/widgets/picture_dialog.py" line="0" />
      <source>Saving would replace it.</source>
      <translation>Al guardar se sustituiría.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/documents/files.py" line="0" />
      <source>Saving {name}…</source>
      <translation>Guardando {name}…</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/image_size_dialog.py" line="0" />
      <source>Scale</source>
      <translation>Escala</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/size_commands.py" line="0" />
      <source>Scaling the picture</source>
      <translation>Escalando la imagen</translation>
    </message>
    <message>
      <location filename="../../studio/ui/keys/shortcut_editor.py" line="0" />
      <source>Search by name or key</source>
      <translation>Buscar por nombre o tecla</translation>
    </message>
    <message>
      <location filename="../../studio/ui/models/library_view.py" line="0" />
      <source>Search models and parts</source>
      <translation>Buscar modelos y partes</translation>
    </message>
    <message>
      <location filename="../../studio/ui/prompt/lora_picker.py" line="0" />
      <source>Search names, trigger words and base models</source>
      <translation>Buscar nombres, palabras de activación y modelos base</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/guide_viewer.py" line="0" />
      <source>Search the guide</source>
      <translation>Buscar en la guía</translation>
    </message>
    <message>
      <location filename="../../studio/ui/models/models_panel.py" line="0" />
      <source>Search what the model knows</source>
      <translation>Buscar en lo que conoce el modelo</translation>
    </message>
    <message>
      <location filename="../../studio/ui/generations/generations_window.py" line="0" />
      <source>Seeds</source>
      <translation>Semillas</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/forms.py" line="0" />
      <source>Select</source>
      <translation>Seleccionar</translation>
    </message>
    <message>
      <location filename="../../studio/ui/keys/later.py" line="0" />
      <source>Select a part, then choose “Crop to the selection” in the Layer menu.</source>
      <translation>Selecciona una parte y elige «Recortar a la selección» en el menú Capa.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/forms.py" line="0" />
      <source>Select a rectangle</source>
      <translation>Seleccionar un rectángulo</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/actions.py" line="0" />
      <source>Select again</source>
      <translation>Volver a seleccionar</translation>
    </message>
    <message>
      <location filename="../../studio/ui/rewrite/prompt_chips.py" line="0" />
      <source>Select it, then drag its weight, or press + and -</source>
      <translation>Elígela y arrastra su peso; + y - hacen lo mismo</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/mask_commands.py" line="0" />
      <location filename="../../studio/ui/prompt/reference_sources.py" line="0" />
      <location filename="../../studio/ui/prompt/references_panel.py" line="0" />
      <location filename="../../studio/ui/prompt/region_row.py" line="0" />
      <location filename="../../studio/ui/training/photo_sources.py" line="0" />
      <location filename="../../studio/ui/training/teach_sheet.py" line="0" />
      <source>Selection</source>
      <translation>Selección</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/actions.py" line="0" />
      <source>Selection from the mask</source>
      <translation>Selección desde la máscara</translation>
    </message>
    <message>
      <location filename="../../studio/ui/bars/tool_bars.py" line="0" />
      <source>Selection mode</source>
      <translation>Modo de selección</translation>
    </message>
    <message>
      <location filename="../../studio/ui/rewrite/rewrite_form.py" line="0" />
      <source>Self-attention kept: in this share of the steps, the shapes of the picture are kept</source>
      <translation>Autoatención conservada: en esta parte de los pasos las formas son las de la imagen</translation>
    </message>
    <message>
      <location filename="../../studio/ui/keys/shortcut_editor.py" line="0" />
      <source>Set</source>
      <translation>Conjunto</translation>
    </message>
    <message>
      <location filename="../../studio/ui/keys/shortcut_editor.py" line="0" />
      <source>Set of shortcuts</source>
      <translation>Conjunto de atajos</translation>
    </message>
    <message>
      <location filename="../../studio/ui/prompt/sampling_form.py" line="0" />
      <source>Settings</source>
      <translation>Ajustes</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/figure_menu.py" line="0" />
      <source>Show joint</source>
      <translation>Mostrar articulación</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/actions.py" line="0" />
      <source>Show or hide</source>
      <translation>Mostrar u ocultar</translation>
    </message>
    <message>
      <location filename="../../studio/ui/layers/layers_panel.py" line="0" />
      <source>Show or hide (Space)</source>
      <translation>Mostrar u ocultar (Espacio)</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/actions.py" line="0" />
      <source>Show the layer mask alone</source>
      <translation>Mostrar solo la máscara de capa</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/actions.py" line="0" />
      <source>Show the mask</source>
      <translation>Mostrar la máscara</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/clean_dialog.py" line="0" />
      <source>Show the photo as it is</source>
      <translation>Mostrar la foto tal como es</translation>
    </message>
    <message>
      <location filename="../../studio/ui/canvas/previews.py" line="0" />
      <source>Show the picture without the result (Esc)</source>
      <translation>Muestra la imagen sin el resultado (Esc)</translation>
    </message>
    <message>
      <location filename="../../studio/ui/training/training_form.py" line="0" />
      <source>Side in pixels to which the photos are scaled</source>
      <translation>Lado en píxeles con que se leen las fotos</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/figure_menu.py" line="0" />
      <source>Sitting</source>
      <translation>Sentada</translation>
    </message>
    <message>
      <location filename="../../studio/ui/bars/tool_bars.py" line="0" />
      <location filename="../../studio/ui/dialogs/assets_dialog.py" line="0" />
      <location filename="../../studio/ui/dialogs/find_dialog.py" line="0" />
      <source>Size</source>
      <translation>Tamaño</translation>
    </message>
    <message>
      <location filename="../../studio/ui/rewrite/rewrite_form.py" line="0" />
      <source>Size of the place</source>
      <translation>Tamaño</translation>
    </message>
    <message>
      <location filename="../../studio/ui/prompt/loras_panel.py" line="0" />
      <source>Small files that teach the model a style or a subject. Their weights can be mixed.</source>
      <translation>Archivos pequeños que enseñan al modelo un estilo o un motivo. Sus pesos se pueden mezclar.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/actions.py" line="0" />
      <location filename="../../studio/ui/training/mask_page.py" line="0" />
      <source>Smaller brush</source>
      <translation>Pincel más pequeño</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/actions.py" line="0" />
      <source>Smaller object</source>
      <translation>Objeto menor</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/model_card.py" line="0" />
      <source>Smallest</source>
      <translation>El más pequeño</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/annotate_dialog.py" line="0" />
      <source>Smoothing</source>
      <translation>Suavizado</translation>
    </message>
    <message>
      <location filename="../../studio/ui/prompt/regions_panel.py" line="0" />
      <source>So that you can paint the next area or the edit mask</source>
      <translation>Para poder pintar el siguiente lugar o la máscara de la propia edición</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/actions.py" line="0" />
      <source>Soft edges from the picture</source>
      <translation>Bordes suaves de la imagen</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/actions.py" line="0" />
      <source>Softer brush</source>
      <translation>Pincel más suave</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/crash_dialog.py" line="0" />
      <source>Something went wrong in Lienzo.</source>
      <translation>Algo ha fallado que no debía fallar.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/figure_menu.py" line="0" />
      <source>Standing</source>
      <translation>De pie</translation>
    </message>
    <message>
      <location filename="../../studio/ui/documents/start_page.py" line="0" />
      <source>Start</source>
      <translation>Inicio</translation>
    </message>
    <message>
      <location filename="../../studio/ui/layers/control_box.py" line="0" />
      <location filename="../../studio/ui/prompt/reference_row.py" line="0" />
      <source>Start of influence</source>
      <translation>Inicio de la influencia</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/batch_dialog.py" line="0" />
      <source>Start the batch</source>
      <translation>Empezar el lote</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/assets_dialog.py" line="0" />
      <location filename="../../studio/ui/dialogs/batch_dialog.py" line="0" />
      <location filename="../../studio/ui/generations/measurements.py" line="0" />
      <source>State</source>
      <translation>Estado</translation>
    </message>
    <message>
      <location filename="../../studio/ui/layers/control_box.py" line="0" />
      <source>Steers edits</source>
      <translation>Guía las ediciones</translation>
    </message>
    <message>
      <location filename="../../studio/ui/training/training_card.py" line="0" />
      <source>Step {step} of {steps}</source>
      <translation>Paso {step} de {steps}</translation>
    </message>
    <message>
      <location filename="../../studio/ui/layers/control_box.py" line="0" />
      <location filename="../../studio/ui/rewrite/rewrite_form.py" line="0" />
      <location filename="../../studio/ui/training/training_form.py" line="0" />
      <source>Steps</source>
      <translation>Pasos</translation>
    </message>
    <message>
      <location filename="../../studio/ui/training/training_form.py" line="0" />
      <source>Steps between two evaluations</source>
      <translation>Pasos entre dos miradas al sujeto</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/batch_dialog.py" line="0" />
      <location filename="../../studio/ui/rewrite/rewrite_status.py" line="0" />
      <source>Stop</source>
      <translation>Detener</translation>
    </message>
    <message>
      <location filename="../../studio/ui/generations/generations_window.py" line="0" />
      <source>Stop all</source>
      <translation>Detener todo</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/questions.py" line="0" />
      <source>Stop and close</source>
      <translation>Detener y cerrar</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/questions.py" line="0" />
      <source>Stop and quit</source>
      <translation>Detener y salir</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/actions.py" line="0" />
      <location filename="../../studio/ui/results/queue_panel.py" line="0" />
      <source>Stop the running job</source>
      <translation>Detener el trabajo en marcha</translation>
    </message>
    <message>
      <location filename="../../studio/ui/training/training_card.py" line="0" />
      <source>Stop the training</source>
      <translation>Detener el entrenamiento</translation>
    </message>
    <message>
      <location filename="../../studio/ui/training/training_card.py" line="0" />
      <source>Stop the training; its progress is kept, and you can continue later</source>
      <translation>Detener el entrenamiento; lo aprendido se guarda para seguir después</translation>
    </message>
    <message>
      <location filename="../../studio/ui/generations/column_view.py" line="0" />
      <source>Stop {system}</source>
      <translation>Detener {system}</translation>
    </message>
    <message>
      <location filename="../../studio/ui/training/subjects_panel.py" line="0" />
      <source>Stopped after {step} steps</source>
      <translation>Parado tras {step} pasos</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/batch_dialog.py" line="0" />
      <source>Stopped. Started again, it goes on with what is missing.</source>
      <translation>Detenido. Si se empieza de nuevo, continúa con lo que falta.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/results/queue_panel.py" line="0" />
      <location filename="../../studio/ui/rewrite/rewrite_status.py" line="0" />
      <location filename="../../studio/ui/training/training_card.py" line="0" />
      <source>Stopping…</source>
      <translation>Deteniendo…</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/actions.py" line="0" />
      <source>Straight lines from the picture</source>
      <translation>Líneas rectas de la imagen</translation>
    </message>
    <message>
      <location filename="../../studio/ui/layers/control_box.py" line="0" />
      <source>Strength</source>
      <translation>Fuerza</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/annotate_dialog.py" line="0" />
      <source>Strong edges</source>
      <translation>Bordes fuertes</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/style_dialog.py" line="0" />
      <location filename="../../studio/ui/dialogs/style_list.py" line="0" />
      <source>Style</source>
      <translation>Estilo</translation>
    </message>
    <message>
      <location filename="../../studio/ui/models/models_panel.py" line="0" />
      <source>Styles: {styles}.</source>
      <translation>Estilos: {styles}.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/actions.py" line="0" />
      <source>Style…</source>
      <translation>Estilo…</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/actions.py" line="0" />
      <location filename="../../studio/ui/prompt/reference_row.py" line="0" />
      <source>Subject</source>
      <translation>Sujeto</translation>
    </message>
    <message>
      <location filename="../../studio/ui/training/subject_chip.py" line="0" />
      <source>Subject {name}</source>
      <translation>Sujeto {name}</translation>
    </message>
    <message>
      <location filename="../../studio/ui/documents/files.py" line="0" />
      <location filename="../../studio/ui/training/subjects_panel.py" line="0" />
      <location filename="../../studio/ui/window/main_window.py" line="0" />
      <source>Subjects</source>
      <translation>Sujetos</translation>
    </message>
    <message>
      <location filename="../../studio/ui/bars/tool_bars.py" line="0" />
      <source>Subtract</source>
      <translation>Restar</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/actions.py" line="0" />
      <source>Swap the colours</source>
      <translation>Intercambiar los colores</translation>
    </message>
    <message>
      <location filename="../../studio/ui/training/training_form.py" line="0" />
      <source>Switch it off where left and right matter, as in text</source>
      <translation>Desactívalo cuando importen la izquierda y la derecha, como en un texto</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/actions.py" line="0" />
      <source>Switch the control on or off</source>
      <translation>Activar o desactivar el control</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/actions.py" line="0" />
      <source>Switch the layer mask on or off</source>
      <translation>Activar o desactivar la máscara de capa</translation>
    </message>
    <message>
      <location filename="../../studio/ui/prompt/lora_row.py" line="0" />
      <location filename="../../studio/ui/prompt/reference_row.py" line="0" />
      <location filename="../../studio/ui/prompt/region_row.py" line="0" />
      <source>Switches it on or off</source>
      <translation>Si cuenta</translation>
    </message>
    <message>
      <location filename="../../studio/ui/generations/measurements.py" line="0" />
      <location filename="../../studio/ui/generations/systems_list.py" line="0" />
      <source>System</source>
      <translation>Sistema</translation>
    </message>
    <message>
      <location filename="../../studio/ui/generations/generations_window.py" line="0" />
      <source>Systems</source>
      <translation>Sistemas</translation>
    </message>
    <message>
      <location filename="../../studio/ui/widgets/model_items.py" line="0" />
      <source>Systems of the course (small)</source>
      <translation>Sistemas del curso (pequeños)</translation>
    </message>
    <message>
      <location filename="../../studio/ui/generations/systems_list.py" line="0" />
      <source>Systems to compare</source>
      <translation>Sistemas que se comparan</translation>
    </message>
    <message>
      <location filename="../../studio/ui/layers/adjustment_box.py" line="0" />
      <source>Tables of colours</source>
      <translation>Tablas de colores</translation>
    </message>
    <message>
      <location filename="../../studio/ui/training/subjects_panel.py" line="0" />
      <source>Take a LoRA or an embedding file as a subject</source>
      <translation>Tomar un archivo LoRA o embedding como sujeto</translation>
    </message>
    <message>
      <location filename="../../studio/ui/generations/generations_window.py" line="0" />
      <source>Take as a layer</source>
      <translation>Tomar como capa</translation>
    </message>
    <message>
      <location filename="../../studio/ui/training/teach_sheet.py" line="0" />
      <source>Teach</source>
      <translation>Enseñar</translation>
    </message>
    <message>
      <location filename="../../studio/ui/training/subjects_panel.py" line="0" />
      <source>Teach Lienzo someone or something from 3 to 5 photos: a pet, a toy, a person. It then has a name, such as &lt;luna&gt;, which you put into prompts. Photos that you drop here begin to teach it.</source>
      <translation>Enseña a Lienzo alguien o algo con 3 a 5 fotos: una mascota, un juguete, una persona. Después tiene un nombre, como &lt;luna&gt;, que pones en los prompts. Si sueltas fotos aquí, se empieza a enseñar.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/training/teach_sheet.py" line="0" />
      <source>Teach a subject</source>
      <translation>Enseñar un sujeto</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/actions.py" line="0" />
      <location filename="../../studio/ui/training/subjects_panel.py" line="0" />
      <source>Teach a subject…</source>
      <translation>Enseñar un sujeto…</translation>
    </message>
    <message>
      <location filename="../../studio/ui/keys/later.py" line="0" />
      <source>Text</source>
      <translation>Texto</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/guide_viewer.py" line="0" />
      <source>Text of the guide</source>
      <translation>Texto de la guía</translation>
    </message>
    <message>
      <location filename="../../studio/ui/training/training_form.py" line="0" />
      <source>Text rate</source>
      <translation>Tasa del texto</translation>
    </message>
    <message>
      <location filename="../../studio/ui/training/subject_chip.py" line="0" />
      <location filename="../../studio/ui/training/training_form.py" line="0" />
      <source>Textual inversion</source>
      <translation>Inversión textual</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/first_model_dialog.py" line="0" />
      <source>That is too little: free some space first.</source>
      <translation>Es muy poco: libera antes espacio.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/training/training_form.py" line="0" />
      <source>The LoRA changes more layers: closer, but slower</source>
      <translation>El LoRA alcanza más: más parecido, pero más lento</translation>
    </message>
    <message>
      <location filename="../../studio/ui/training/training_form.py" line="0" />
      <source>The LoRA changes the attention layers of the UNet</source>
      <translation>El LoRA alcanza las capas de atención de la UNet</translation>
    </message>
    <message>
      <location filename="../../studio/ui/training/subject_chip.py" line="0" />
      <source>The LoRA closest to the trained UNet</source>
      <translation>El LoRA más cercano a lo que aprendió toda la UNet</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/image_size_dialog.py" line="0" />
      <location filename="../../studio/ui/dialogs/style_dialog.py" line="0" />
      <source>The active layer</source>
      <translation>La capa activa</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/edit_commands.py" line="0" />
      <source>The active layer has no layer mask.</source>
      <translation>La capa activa no tiene máscara de capa.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/edit_commands.py" line="0" />
      <source>The active layer is not a control layer.</source>
      <translation>La capa activa no es una capa de control.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/edit_commands.py" line="0" />
      <source>The active layer was not made by a prompt.</source>
      <translation>La capa activa no se hizo con un prompt.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/edit_commands.py" line="0" />
      <source>The active layer was not made with Edit by words.</source>
      <translation>La capa activa no se hizo editando con palabras.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/rewrite/rewrite_form.py" line="0" />
      <source>The area that the changed words affect becomes a layer mask</source>
      <translation>Se hace una máscara de donde actúan las palabras que cambian; queda como máscara de capa</translation>
    </message>
    <message>
      <location filename="../../studio/ui/training/mask_view.py" line="0" />
      <source>The arrows move the brush, Space paints, [ and ] change its size</source>
      <translation>Las flechas mueven el pincel, Espacio pinta, [ y ] cambian su tamaño</translation>
    </message>
    <message>
      <location filename="../../studio/ui/training/training_form.py" line="0" />
      <source>The background of the photos is not learned</source>
      <translation>El fondo de las fotos no se aprende</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/canvas_dialog.py" line="0" />
      <source>The canvas gets smaller; layers keep what lies outside.</source>
      <translation>El lienzo se hace más pequeño; las capas conservan lo que queda fuera.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/generations/chart_view.py" line="0" />
      <source>The chart appears once a system has been measured.</source>
      <translation>El gráfico aparece cuando se ha medido un sistema.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/widgets/class_picker.py" line="0" />
      <source>The class of the segment: type to search, or open the list.</source>
      <translation>Qué es una región: escribe para buscar una clase o abre la lista.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/bars/tool_bars.py" line="0" />
      <source>The copy goes to a layer of its own above the active one.</source>
      <translation>La copia va a una capa propia encima de la activa.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/bars/tool_bars.py" line="0" />
      <source>The current model fills the place as well; its result waits in the tray.</source>
      <translation>El modelo actual también rellena el lugar; su resultado espera en la bandeja.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/first_steps.py" line="0" />
      <source>The demo model is small: it paints simple toys. Better ones can be downloaded or added in the Models panel.</source>
      <translation>El modelo de demostración es pequeño: pinta juguetes sencillos. En el panel Modelos se pueden descargar o añadir otros mejores.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/first_model_dialog.py" line="0" />
      <source>The download is not complete yet.</source>
      <translation>La descarga todavía no está completa.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/get_commands.py" line="0" />
      <source>The download is paused.</source>
      <translation>La descarga está en pausa.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/get_commands.py" line="0" />
      <source>The download of {title} is not complete yet.</source>
      <translation>La descarga de {title} todavía no está completa.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/window/startup.py" line="0" />
      <source>The engine cannot be loaded</source>
      <translation>No se puede cargar el motor</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/preferences.py" line="0" />
      <source>The folder and its files stay where they are.</source>
      <translation>La carpeta y sus archivos se quedan donde están.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/first_model_dialog.py" line="0" />
      <source>The included model is a small demonstration. These are the ones that suit this machine. Nothing is sent before you press Download.</source>
      <translation>El modelo incluido es una pequeña demostración. Estos son los que convienen a este equipo. No se envía nada antes de pulsar Descargar.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/rewrite/rewrite_status.py" line="0" />
      <source>The inversion for this layer was not kept, or the picture or the settings have changed; the picture must be read again.</source>
      <translation>Lo leído para esta capa no se guardó, o la imagen o los ajustes son otros: hay que leerla de nuevo.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/preferences.py" line="0" />
      <source>The language changes when you next start Lienzo.</source>
      <translation>El idioma cambia en el próximo inicio.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/prompt/reference_row.py" line="0" />
      <source>The largest face in it, whoever it is</source>
      <translation>La cara más grande, sea de quien sea</translation>
    </message>
    <message>
      <location filename="../../studio/ui/training/naming_form.py" line="0" />
      <source>The model does not know the kind “{kind}”; a wider word works better.</source>
      <translation>El modelo no conoce la clase «{kind}»; funciona mejor una palabra más amplia.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/training/training_form.py" line="0" />
      <source>The model generates class pictures first, as in DreamBooth</source>
      <translation>El modelo pinta antes algunas, como DreamBooth</translation>
    </message>
    <message>
      <location filename="../../studio/ui/models/models_panel.py" line="0" />
      <source>The model knows nothing by that name.</source>
      <translation>Nada de lo que conoce se llama así.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/training/subject_chip.py" line="0" />
      <source>The model reads: {word}</source>
      <translation>El modelo lee: {word}</translation>
    </message>
    <message>
      <location filename="../../studio/ui/rewrite/rewrite_status.py" line="0" />
      <source>The model reproduces it with {psnr} dB (its limit is {limit} dB).</source>
      <translation>Se puede volver a pintar con {psnr} dB (el límite del modelo es {limit} dB).</translation>
    </message>
    <message>
      <location filename="../../studio/ui/rewrite/rewrite_status.py" line="0" />
      <source>The model reproduces the picture badly.</source>
      <translation>La imagen se leyó mal.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/rewrite/rewrite_status.py" line="0" />
      <source>The model reproduces the picture fairly well.</source>
      <translation>La imagen se leyó regular.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/layers/control_box.py" line="0" />
      <location filename="../../studio/ui/prompt/references_panel.py" line="0" />
      <source>The model's own</source>
      <translation>El propio del modelo</translation>
    </message>
    <message>
      <location filename="../../studio/ui/keys/later.py" line="0" />
      <source>The move tool drags the layer.</source>
      <translation>La herramienta Mover arrastra la capa.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/prompt/vae_choice.py" line="0" />
      <source>The network that turns latents into pixels; the model has its own</source>
      <translation>La red que convierte los latentes en píxeles; el modelo tiene la suya</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/part_preview.py" line="0" />
      <source>The part that the preview shows</source>
      <translation>La parte que muestra la vista previa</translation>
    </message>
    <message>
      <location filename="../../studio/ui/rewrite/rewrite_status.py" line="0" />
      <source>The picture or the masked area has changed since it was read; it must be read again.</source>
      <translation>La imagen o el lugar enmascarado ha cambiado desde que se leyó: hay que leerla de nuevo.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/rewrite/rewrite_status.py" line="0" />
      <source>The picture was read.</source>
      <translation>La imagen se leyó.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/word_commands.py" line="0" />
      <source>The place in the picture that fits these words best becomes selected.</source>
      <translation>Queda seleccionado el sitio de la imagen que mejor encaja con estas palabras.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/training/training_form.py" line="0" />
      <source>The prediction of the frozen model is the target</source>
      <translation>Su propia respuesta para la clase es el objetivo</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/clean_dialog.py" line="0" />
      <location filename="../../studio/ui/dialogs/style_dialog.py" line="0" />
      <source>The preview is being made…</source>
      <translation>Se está haciendo la vista previa…</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/edit_commands.py" line="0" />
      <source>The running job cannot end early with a result.</source>
      <translation>El trabajo en curso no puede terminar antes con un resultado.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/training/training_form.py" line="0" />
      <source>The same seed gives the same training</source>
      <translation>La misma semilla aprende lo mismo otra vez</translation>
    </message>
    <message>
      <location filename="../../studio/ui/rewrite/rewrite_panel.py" line="0" />
      <source>The same words with a change, for example: a green apple on a table</source>
      <translation>Las mismas palabras con un cambio, como: una manzana verde sobre una mesa</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/style_dialog.py" line="0" />
      <source>The selection or mask</source>
      <translation>La selección o la máscara</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/image_size_dialog.py" line="0" />
      <source>The selection, as a new layer</source>
      <translation>La selección, como capa nueva</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/licence_dialog.py" line="0" />
      <source>The text below binds, not this summary.</source>
      <translation>Vale el texto de abajo, no este resumen.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/training/mask_page.py" line="0" />
      <source>The tinted area is not learned. Wheel: zoom; middle button: move the photo.</source>
      <translation>Lo velado no se aprende. Rueda: zoom; botón central: mover la foto.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/keys/later.py" line="0" />
      <source>The view cannot be rotated yet.</source>
      <translation>La vista todavía no se puede girar.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/prompt/place_label.py" line="0" />
      <source>The whole canvas, as a new picture</source>
      <translation>Todo el lienzo, como imagen nueva</translation>
    </message>
    <message>
      <location filename="../../studio/ui/training/training_form.py" line="0" />
      <source>The whole class may start to look like the subject</source>
      <translation>Toda la clase puede acabar pareciéndose al sujeto</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/image_size_dialog.py" line="0" />
      <location filename="../../studio/ui/dialogs/style_dialog.py" line="0" />
      <source>The whole picture</source>
      <translation>La imagen entera</translation>
    </message>
    <message>
      <location filename="../../studio/ui/prompt/place_label.py" line="0" />
      <source>The whole picture: no mask, no selection</source>
      <translation>Toda la imagen: sin máscara ni selección</translation>
    </message>
    <message>
      <location filename="../../studio/ui/keys/later.py" line="0" />
      <source>The zoom tool and the hand change what is seen.</source>
      <translation>La herramienta de zoom y la mano cambian lo que se ve.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/preferences.py" line="0" />
      <source>Theme</source>
      <translation>Tema</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/canvas_dialog.py" line="0" />
      <location filename="../../studio/ui/dialogs/image_size_dialog.py" line="0" />
      <source>Then</source>
      <translation>Después</translation>
    </message>
    <message>
      <location filename="../../studio/ui/prompt/regions_panel.py" line="0" />
      <source>Then clear the selection or mask</source>
      <translation>Borrar después la selección o la máscara</translation>
    </message>
    <message>
      <location filename="../../studio/ui/prompt/lora_picker.py" line="0" />
      <source>There are no LoRAs in your model folders. Choose a file, or add their folder.</source>
      <translation>No hay ningún LoRA en tus carpetas de modelos. Elige un archivo o añade su carpeta.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/edit_commands.py" line="0" />
      <source>There are no results.</source>
      <translation>No hay resultados.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/keys/later.py" line="0" />
      <source>There are no text layers yet.</source>
      <translation>Todavía no hay capas de texto.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/documents/document_tabs.py" line="0" />
      <source>There is a new result</source>
      <translation>Hay un resultado nuevo</translation>
    </message>
    <message>
      <location filename="../../studio/ui/keys/later.py" line="0" />
      <source>There is no crop tool.</source>
      <translation>No hay herramienta de recorte.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/keys/later.py" line="0" />
      <source>There is no free transform yet.</source>
      <translation>Todavía no hay transformación libre.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/guide_viewer.py" line="0" />
      <source>There is no guide in your language yet; this one is in English.</source>
      <translation>Todavía no hay guía en tu idioma; esta está en inglés.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/edit_commands.py" line="0" />
      <source>There is nothing to redo.</source>
      <translation>No hay ningún paso que rehacer.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/edit_commands.py" line="0" />
      <source>There is nothing to undo.</source>
      <translation>No hay ningún paso que deshacer.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/models/models_panel.py" line="0" />
      <source>This is a small demo model: it paints simple toys.</source>
      <translation>Es un pequeño modelo de demostración: pinta juguetes sencillos.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/models/models_panel.py" line="0" />
      <source>This model</source>
      <translation>Este modelo</translation>
    </message>
    <message>
      <location filename="../../studio/ui/prompt/prompt_check.py" line="0" />
      <source>This model does not know: {words}</source>
      <translation>Este modelo no conoce: {words}</translation>
    </message>
    <message>
      <location filename="../../studio/ui/models/models_panel.py" line="0" />
      <source>This model has no list of what it knows.</source>
      <translation>Este modelo no trae una lista de lo que conoce.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/generations/generations_window.py" line="0" />
      <source>This picture is not there yet.</source>
      <translation>Esta imagen todavía no está.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/questions.py" line="0" />
      <source>This would be stopped:</source>
      <translation>Se detendría:</translation>
    </message>
    <message>
      <location filename="../../studio/ui/window/welcome.py" line="0" />
      <source>Three things to try:</source>
      <translation>Tres cosas para probar:</translation>
    </message>
    <message>
      <location filename="../../studio/ui/rewrite/rewrite_form.py" line="0" />
      <source>Threshold of the attention mask: the higher, the smaller the place</source>
      <translation>Umbral de la máscara de atención: cuanto más alto, más pequeño el lugar</translation>
    </message>
    <message>
      <location filename="../../studio/ui/bars/tool_bars.py" line="0" />
      <source>To a new layer</source>
      <translation>A una capa nueva</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/first_model_dialog.py" line="0" />
      <source>To download: about {size}, to {folder}.</source>
      <translation>Por descargar: unos {size}, a {folder}.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/subject_commands.py" line="0" />
      <source>To get it back, you would have to teach it again. Pictures made with it stay.</source>
      <translation>Para recuperarlo hay que enseñarlo de nuevo. Las imágenes hechas con él se quedan.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/bars/tool_bars.py" line="0" />
      <source>To the edit mask</source>
      <translation>A la máscara de edición</translation>
    </message>
    <message>
      <location filename="../../studio/ui/bars/tool_bars.py" line="0" />
      <source>To the layer mask</source>
      <translation>A la máscara de capa</translation>
    </message>
    <message>
      <location filename="../../studio/ui/bars/tool_bars.py" line="0" />
      <source>To the selection</source>
      <translation>A la selección</translation>
    </message>
    <message>
      <location filename="../../studio/ui/generations/generations_window.py" line="0" />
      <source>To the tray</source>
      <translation>A la bandeja</translation>
    </message>
    <message>
      <location filename="../../studio/ui/training/training_form.py" line="0" />
      <source>Tokens of the new embedding</source>
      <translation>Tokens que tiene una palabra nueva</translation>
    </message>
    <message>
      <location filename="../../studio/ui/bars/tool_bars.py" line="0" />
      <source>Tool options</source>
      <translation>Opciones de herramienta</translation>
    </message>
    <message>
      <location filename="../../studio/ui/bars/tool_bars.py" line="0" />
      <source>Tools</source>
      <translation>Herramientas</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/canvas_dialog.py" line="0" />
      <location filename="../../studio/ui/dialogs/forms.py" line="0" />
      <source>Top</source>
      <translation>Arriba</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/canvas_dialog.py" line="0" />
      <source>Top left</source>
      <translation>Arriba a la izquierda</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/canvas_dialog.py" line="0" />
      <source>Top right</source>
      <translation>Arriba a la derecha</translation>
    </message>
    <message>
      <location filename="../../studio/ui/training/training_form.py" line="0" />
      <source>Train the text encoder</source>
      <translation>Entrenar el codificador de texto</translation>
    </message>
    <message>
      <location filename="../../studio/ui/training/training_card.py" line="0" />
      <source>Training of {name}</source>
      <translation>Entrenamiento de {name}</translation>
    </message>
    <message>
      <location filename="../../studio/ui/training/training_form.py" line="0" />
      <source>Training seed</source>
      <translation>Semilla del entrenamiento</translation>
    </message>
    <message>
      <location filename="../../studio/ui/training/training_form.py" line="0" />
      <source>Trains an embedding and a LoRA together</source>
      <translation>Una palabra nueva y un LoRA aprenden juntos</translation>
    </message>
    <message>
      <location filename="../../studio/ui/training/training_form.py" line="0" />
      <source>Trains only an embedding: a tiny file</source>
      <translation>Solo aprende una palabra nueva: archivo diminuto</translation>
    </message>
    <message>
      <location filename="../../studio/ui/training/training_form.py" line="0" />
      <source>Trains the whole UNet: slow, with a large file</source>
      <translation>Aprende toda la UNet: lento, y el archivo es grande</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/new_dialog.py" line="0" />
      <source>Transparent</source>
      <translation>Transparente</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/first_model_dialog.py" line="0" />
      <source>Try again</source>
      <translation>Reintentar</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/actions.py" line="0" />
      <source>Turn the layer into</source>
      <translation>Convertir la capa en</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/actions.py" line="0" />
      <source>Type a prompt</source>
      <translation>Escribir un prompt</translation>
    </message>
    <message>
      <location filename="../../studio/ui/generations/columns_page.py" line="0" />
      <source>Type a prompt and press Compare: each system makes its pictures here.</source>
      <translation>Escribe un prompt y pulsa Comparar: cada sistema hace aquí sus imágenes.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/actions.py" line="0" />
      <source>Undo</source>
      <translation>Deshacer</translation>
    </message>
    <message>
      <location filename="../../studio/ui/training/mask_page.py" line="0" />
      <source>Undo the last stroke</source>
      <translation>Deshacer el último trazo</translation>
    </message>
    <message>
      <location filename="../../studio/ui/documents/history_panel.py" line="0" />
      <source>Undone</source>
      <translation>Deshecho</translation>
    </message>
    <message>
      <location filename="../../studio/ui/training/subjects_panel.py" line="0" />
      <source>Unfinished training of {name}</source>
      <translation>Entrenamiento sin terminar de {name}</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/actions.py" line="0" />
      <source>Ungroup</source>
      <translation>Desagrupar</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/canvas_dialog.py" line="0" />
      <location filename="../../studio/ui/dialogs/image_size_dialog.py" line="0" />
      <location filename="../../studio/ui/dialogs/new_dialog.py" line="0" />
      <source>Unit</source>
      <translation>Unidad</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/questions.py" line="0" />
      <source>Unsaved changes</source>
      <translation>Cambios sin guardar</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/figure_menu.py" line="0" />
      <location filename="../../studio/ui/dialogs/questions.py" line="0" />
      <location filename="../../studio/ui/documents/document_page.py" line="0" />
      <source>Untitled</source>
      <translation>Sin título</translation>
    </message>
    <message>
      <location filename="../../studio/ui/documents/document_page.py" line="0" />
      <source>Untitled {number}</source>
      <translation>Sin título {number}</translation>
    </message>
    <message>
      <location filename="../../studio/ui/models/library_view.py" line="0" />
      <source>Use</source>
      <translation>Usar</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/find_dialog.py" line="0" />
      <source>Use the chosen ones</source>
      <translation>Usar los marcados</translation>
    </message>
    <message>
      <location filename="../../studio/ui/prompt/region_row.py" line="0" />
      <source>Use the selection or the mask</source>
      <translation>Usar la selección o la máscara</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/find_commands.py" line="0" />
      <source>Use them</source>
      <translation>Usarlos</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/settings_offer.py" line="0" />
      <source>Use these settings</source>
      <translation>Usar estos ajustes</translation>
    </message>
    <message>
      <location filename="../../studio/ui/keys/shortcut_editor.py" line="0" />
      <source>Use this key</source>
      <translation>Usar esta tecla</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/assets_dialog.py" line="0" />
      <source>Used for</source>
      <translation>Se usa para</translation>
    </message>
    <message>
      <location filename="../../studio/ui/prompt/reference_row.py" line="0" />
      <location filename="../../studio/ui/prompt/region_row.py" line="0" />
      <source>Uses the current selection, or else the painted mask</source>
      <translation>Toma la selección como está ahora o, si no hay, la máscara pintada</translation>
    </message>
    <message>
      <location filename="../../studio/ui/prompt/sampling_form.py" line="0" />
      <location filename="../../studio/ui/prompt/vae_choice.py" line="0" />
      <source>VAE</source>
      <translation>VAE</translation>
    </message>
    <message>
      <location filename="../../studio/ui/prompt/prompt_panel.py" line="0" />
      <source>Variations</source>
      <translation>Variaciones</translation>
    </message>
    <message>
      <location filename="../../studio/ui/generations/measurements.py" line="0" />
      <source>Variety</source>
      <translation>Variedad</translation>
    </message>
    <message>
      <location filename="../../studio/ui/generations/figure_texts.py" line="0" />
      <source>Variety {distance}</source>
      <translation>Variedad {distance}</translation>
    </message>
    <message>
      <location filename="../../studio/ui/prompt/task_row.py" line="0" />
      <source>Vary</source>
      <translation>Variar</translation>
    </message>
    <message>
      <location filename="../../studio/ui/training/training_form.py" line="0" />
      <source>Vectors</source>
      <translation>Vectores</translation>
    </message>
    <message>
      <location filename="../../studio/ui/canvas/overlays.py" line="0" />
      <source>Violet</source>
      <translation>Violeta</translation>
    </message>
    <message>
      <location filename="../../studio/ui/layers/layers_panel.py" line="0" />
      <source>Visible</source>
      <translation>Visible</translation>
    </message>
    <message>
      <location filename="../../studio/ui/training/training_card.py" line="0" />
      <source>Waiting for other jobs</source>
      <translation>En espera: otro trabajo va antes</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/figure_menu.py" line="0" />
      <source>Waving</source>
      <translation>Saludando</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/actions.py" line="0" />
      <source>WebP…</source>
      <translation>WebP…</translation>
    </message>
    <message>
      <location filename="../../studio/ui/prompt/lora_row.py" line="0" />
      <location filename="../../studio/ui/prompt/reference_row.py" line="0" />
      <location filename="../../studio/ui/prompt/region_row.py" line="0" />
      <location filename="../../studio/ui/training/subject_chip.py" line="0" />
      <source>Weight</source>
      <translation>Peso</translation>
    </message>
    <message>
      <location filename="../../studio/ui/training/training_form.py" line="0" />
      <source>Weight of the class</source>
      <translation>Peso de la clase</translation>
    </message>
    <message>
      <location filename="../../studio/ui/training/training_form.py" line="0" />
      <source>Weight of the prior-preservation loss</source>
      <translation>Cuánto cuenta conservar la clase</translation>
    </message>
    <message>
      <location filename="../../studio/ui/rewrite/prompt_chips.py" line="0" />
      <source>Weight of the word</source>
      <translation>Peso de la palabra</translation>
    </message>
    <message>
      <location filename="../../studio/ui/training/subject_chip.py" line="0" />
      <source>Weight of {name}</source>
      <translation>Peso de {name}</translation>
    </message>
    <message>
      <location filename="../../studio/ui/rewrite/prompt_chips.py" line="0" />
      <source>Weight of “{word}”</source>
      <translation>Peso de «{word}»</translation>
    </message>
    <message>
      <location filename="../../studio/ui/training/subject_chip.py" line="0" />
      <source>Weight: 0 leaves only its class, 1 is the default</source>
      <translation>Peso: 0 deja solo su clase, 1 es lo habitual</translation>
    </message>
    <message>
      <location filename="../../studio/ui/prompt/reference_row.py" line="0" />
      <source>Weight: 0 switches it off, 1 is the default</source>
      <translation>Peso: con 0 no cuenta, 1 es lo habitual</translation>
    </message>
    <message>
      <location filename="../../studio/ui/training/training_form.py" line="0" />
      <source>Weighting of the noise levels; 5 is common, 0 is none</source>
      <translation>Ponderación de los niveles de ruido; 5 es lo habitual, 0 es ninguna</translation>
    </message>
    <message>
      <location filename="../../studio/ui/generations/measurements.py" line="0" />
      <source>Weights</source>
      <translation>Pesos</translation>
    </message>
    <message>
      <location filename="../../studio/ui/generations/figure_texts.py" line="0" />
      <source>Weights {count}</source>
      <translation>Pesos {count}</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/subject_commands.py" line="0" />
      <location filename="../../studio/ui/training/naming_form.py" line="0" />
      <source>What it is, in a word the model knows</source>
      <translation>Qué es, en una palabra que el modelo conozca</translation>
    </message>
    <message>
      <location filename="../../studio/ui/rewrite/rewrite_panel.py" line="0" />
      <source>What it should show</source>
      <translation>Lo que debe mostrar</translation>
    </message>
    <message>
      <location filename="../../studio/ui/prompt/sampling_form.py" line="0" />
      <source>What paints</source>
      <translation>Lo que pinta</translation>
    </message>
    <message>
      <location filename="../../studio/ui/prompt/region_row.py" line="0" />
      <source>What should be in this place?</source>
      <translation>¿Qué debe haber en este lugar?</translation>
    </message>
    <message>
      <location filename="../../studio/ui/prompt/prompt_panel.py" line="0" />
      <source>What should be there? For example: a penguin</source>
      <translation>¿Qué debe haber ahí? Por ejemplo: un pingüino</translation>
    </message>
    <message>
      <location filename="../../studio/ui/prompt/prompt_panel.py" line="0" />
      <source>What should not be there</source>
      <translation>Lo que no debe aparecer</translation>
    </message>
    <message>
      <location filename="../../studio/ui/prompt/prompt_panel.py" line="0" />
      <source>What the model does not know</source>
      <translation>Lo que el modelo no conoce</translation>
    </message>
    <message>
      <location filename="../../studio/ui/models/models_panel.py" line="0" />
      <source>What the model knows</source>
      <translation>Lo que conoce el modelo</translation>
    </message>
    <message>
      <location filename="../../studio/ui/bars/tool_bars.py" line="0" />
      <source>What the object becomes</source>
      <translation>En qué se convierte el objeto</translation>
    </message>
    <message>
      <location filename="../../studio/ui/training/photo_card.py" line="0" />
      <source>What the photo shows, in English; {place} stands for the name</source>
      <translation>Lo que muestra la foto, en inglés; {place} ocupa el lugar del nombre</translation>
    </message>
    <message>
      <location filename="../../studio/ui/rewrite/rewrite_panel.py" line="0" />
      <source>What the picture shows now</source>
      <translation>Lo que muestra ahora la imagen</translation>
    </message>
    <message>
      <location filename="../../studio/ui/prompt/reference_row.py" line="0" />
      <source>What to borrow</source>
      <translation>Qué cuenta de ella</translation>
    </message>
    <message>
      <location filename="../../studio/ui/documents/start_page.py" line="0" />
      <source>What would you like to open?</source>
      <translation>¿Qué quieres abrir?</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/subject_commands.py" line="0" />
      <location filename="../../studio/ui/training/naming_form.py" line="0" />
      <source>What you write in prompts, as in &lt;luna&gt;</source>
      <translation>Lo que escribes en los prompts, como en &lt;luna&gt;</translation>
    </message>
    <message>
      <location filename="../../studio/ui/prompt/reference_row.py" line="0" />
      <source>When and where it acts</source>
      <translation>Cuándo y dónde cuenta</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/style_dialog.py" line="0" />
      <source>Where</source>
      <translation>Dónde</translation>
    </message>
    <message>
      <location filename="../../studio/ui/prompt/place_label.py" line="0" />
      <source>Where mask and selection meet</source>
      <translation>Donde coinciden máscara y selección</translation>
    </message>
    <message>
      <location filename="../../studio/ui/prompt/reference_row.py" line="0" />
      <source>Where things are in it</source>
      <translation>Dónde están las cosas en ella</translation>
    </message>
    <message>
      <location filename="../../studio/ui/prompt/place_label.py" line="0" />
      <source>Where: {place}</source>
      <translation>Dónde: {place}</translation>
    </message>
    <message>
      <location filename="../../studio/ui/rewrite/rewrite_status.py" line="0" />
      <source>Whether the picture has been read</source>
      <translation>Si la imagen se ha leído</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/new_dialog.py" line="0" />
      <source>White</source>
      <translation>Blanco</translation>
    </message>
    <message>
      <location filename="../../studio/ui/training/mask_page.py" line="0" />
      <source>Whole photo</source>
      <translation>Foto entera</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/canvas_dialog.py" line="0" />
      <location filename="../../studio/ui/dialogs/forms.py" line="0" />
      <location filename="../../studio/ui/dialogs/image_size_dialog.py" line="0" />
      <location filename="../../studio/ui/dialogs/new_dialog.py" line="0" />
      <source>Width</source>
      <translation>Ancho</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/actions.py" line="0" />
      <source>With a detector</source>
      <translation>Con un detector</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/forms.py" line="0" />
      <source>Without loss</source>
      <translation>Sin pérdida</translation>
    </message>
    <message>
      <location filename="../../studio/ui/training/training_form.py" line="0" />
      <source>Word rate</source>
      <translation>Tasa de la palabra</translation>
    </message>
    <message>
      <location filename="../../studio/ui/rewrite/prompt_chips.py" line="0" />
      <source>Words</source>
      <translation>Palabras</translation>
    </message>
    <message>
      <location filename="../../studio/ui/training/subject_chip.py" line="0" />
      <source>Words and LoRA</source>
      <translation>Palabras y LoRA</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/questions.py" line="0" />
      <source>Work in progress</source>
      <translation>Trabajo en curso</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/subject_commands.py" line="0" />
      <source>Write {tag} in a prompt to mean it.</source>
      <translation>Escribe {tag} donde lo nombrarías en un prompt.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/generations/systems_list.py" line="0" />
      <source>Year</source>
      <translation>Año</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/first_model_dialog.py" line="0" />
      <source>You can paint meanwhile; a message says when it is done.</source>
      <translation>Mientras, puedes pintar; un mensaje avisa cuando esté.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/style_list.py" line="0" />
      <source>Your painting</source>
      <translation>Tu cuadro</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/crash_dialog.py" line="0" />
      <source>Your picture is still open and stored in the recovery journal. You can continue, but should save now. The details are in {path}.</source>
      <translation>Tu imagen sigue abierta y a salvo en el diario de recuperación. Puedes continuar; conviene guardar ahora. Lo ocurrido está en {path}.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/bars/status_line.py" line="0" />
      <source>Zoom</source>
      <translation>Zoom</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/actions.py" line="0" />
      <source>Zoom in</source>
      <translation>Acercar</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/actions.py" line="0" />
      <source>Zoom out</source>
      <translation>Alejar</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/model_card.py" line="0" />
      <source>a graphics card with {size}</source>
      <translation>una tarjeta gráfica con {size}</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/first_steps.py" line="0" />
      <source>a penguin</source>
      <translation>un pingüino</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/word_commands.py" line="0" />
      <source>a red car</source>
      <translation>un coche rojo</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/batch_dialog.py" line="0" />
      <source>already there</source>
      <translation>ya existe</translation>
    </message>
    <message>
      <location filename="../../studio/ui/bars/message_bar.py" line="0" />
      <source>and {count} more</source>
      <translation>y {count} más</translation>
    </message>
    <message>
      <location filename="../../studio/ui/keys/key_sets.py" line="0" />
      <source>applies the selected result</source>
      <translation>aplica el resultado seleccionado</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/batch_dialog.py" line="0" />
      <source>being made…</source>
      <translation>en curso…</translation>
    </message>
    <message>
      <location filename="../../studio/ui/models/memory_text.py" line="0" />
      <source>by group offload, which takes longer</source>
      <translation>por grupos de capas, que tarda más</translation>
    </message>
    <message>
      <location filename="../../studio/ui/keys/key_sets.py" line="0" />
      <source>cancels what is being drawn</source>
      <translation>deshace lo que se está dibujando</translation>
    </message>
    <message>
      <location filename="../../studio/ui/widgets/lengths.py" line="0" />
      <source>centimetres</source>
      <translation>centímetros</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/questions.py" line="0" />
      <source>changes since the last save</source>
      <translation>cambios desde la última vez que se guardó</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/assets_dialog.py" line="0" />
      <source>damaged</source>
      <translation>dañada</translation>
    </message>
    <message>
      <location filename="../../studio/ui/training/naming_form.py" line="0" />
      <source>dog</source>
      <translation>perro</translation>
    </message>
    <message>
      <location filename="../../studio/ui/widgets/lengths.py" line="0" />
      <source>dpi</source>
      <translation>ppp</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/batch_dialog.py" line="0" />
      <source>failed: {reason}</source>
      <translation>error: {reason}</translation>
    </message>
    <message>
      <location filename="../../studio/ui/generations/figure_texts.py" line="0" />
      <source>finished</source>
      <translation>terminado</translation>
    </message>
    <message>
      <location filename="../../studio/ui/prompt/lora_picker.py" line="0" />
      <source>for {base}</source>
      <translation>para {base}</translation>
    </message>
    <message>
      <location filename="../../studio/ui/models/memory_text.py" line="0" />
      <source>in slices, which takes longer</source>
      <translation>por porciones, que tarda más</translation>
    </message>
    <message>
      <location filename="../../studio/ui/widgets/lengths.py" line="0" />
      <source>inches</source>
      <translation>pulgadas</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/assets_dialog.py" line="0" />
      <source>installed</source>
      <translation>instalada</translation>
    </message>
    <message>
      <location filename="../../studio/ui/generations/figure_texts.py" line="0" />
      <source>is being measured…</source>
      <translation>se está midiendo…</translation>
    </message>
    <message>
      <location filename="../../studio/ui/models/models_panel.py" line="0" />
      <source>knows {count} things</source>
      <translation>conoce {count} cosas</translation>
    </message>
    <message>
      <location filename="../../studio/ui/models/memory_text.py" line="0" />
      <source>layer by layer, which takes much longer</source>
      <translation>capa por capa, que tarda mucho más</translation>
    </message>
    <message>
      <location filename="../../studio/ui/keys/key_sets.py" line="0" />
      <source>leaves the canvas</source>
      <translation>sale del lienzo</translation>
    </message>
    <message>
      <location filename="../../studio/ui/canvas/pose_overlay.py" line="0" />
      <source>left ankle</source>
      <translation>tobillo izquierdo</translation>
    </message>
    <message>
      <location filename="../../studio/ui/canvas/pose_overlay.py" line="0" />
      <source>left ear</source>
      <translation>oreja izquierda</translation>
    </message>
    <message>
      <location filename="../../studio/ui/canvas/pose_overlay.py" line="0" />
      <source>left elbow</source>
      <translation>codo izquierdo</translation>
    </message>
    <message>
      <location filename="../../studio/ui/canvas/pose_overlay.py" line="0" />
      <source>left eye</source>
      <translation>ojo izquierdo</translation>
    </message>
    <message>
      <location filename="../../studio/ui/canvas/pose_overlay.py" line="0" />
      <source>left hip</source>
      <translation>cadera izquierda</translation>
    </message>
    <message>
      <location filename="../../studio/ui/canvas/pose_overlay.py" line="0" />
      <source>left knee</source>
      <translation>rodilla izquierda</translation>
    </message>
    <message>
      <location filename="../../studio/ui/canvas/pose_overlay.py" line="0" />
      <source>left shoulder</source>
      <translation>hombro izquierdo</translation>
    </message>
    <message>
      <location filename="../../studio/ui/canvas/pose_overlay.py" line="0" />
      <source>left wrist</source>
      <translation>muñeca izquierda</translation>
    </message>
    <message>
      <location filename="../../studio/ui/models/library_view.py" line="0" />
      <source>licence: {name}</source>
      <translation>licencia: {name}</translation>
    </message>
    <message>
      <location filename="../../studio/ui/training/naming_form.py" line="0" />
      <source>luna</source>
      <translation>luna</translation>
    </message>
    <message>
      <location filename="../../studio/ui/generations/cell_view.py" line="0" />
      <source>made</source>
      <translation>hecha</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/batch_dialog.py" line="0" />
      <source>made in {seconds} s</source>
      <translation>hecho en {seconds} s</translation>
    </message>
    <message>
      <location filename="../../studio/ui/widgets/lengths.py" line="0" />
      <source>millimetres</source>
      <translation>milímetros</translation>
    </message>
    <message>
      <location filename="../../studio/ui/keys/key_sets.py" line="0" />
      <source>moves the view</source>
      <translation>mueve la vista</translation>
    </message>
    <message>
      <location filename="../../studio/ui/canvas/pose_overlay.py" line="0" />
      <source>neck</source>
      <translation>cuello</translation>
    </message>
    <message>
      <location filename="../../studio/ui/generations/cell_view.py" line="0" />
      <location filename="../../studio/ui/generations/figure_texts.py" line="0" />
      <source>no picture</source>
      <translation>sin imagen</translation>
    </message>
    <message>
      <location filename="../../studio/ui/canvas/pose_overlay.py" line="0" />
      <source>nose</source>
      <translation>nariz</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/assets_dialog.py" line="0" />
      <source>not installed</source>
      <translation>no instalada</translation>
    </message>
    <message>
      <location filename="../../studio/ui/models/library_view.py" line="0" />
      <source>not usable</source>
      <translation>no utilizable</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/questions.py" line="0" />
      <source>one job that is running or waiting</source>
      <translation>un trabajo en marcha o en espera</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/questions.py" line="0" />
      <source>one result that has not been applied</source>
      <translation>un resultado sin aplicar</translation>
    </message>
    <message>
      <location filename="../../studio/ui/layers/layers_panel.py" line="0" />
      <source>painted on</source>
      <translation>se pinta en ella</translation>
    </message>
    <message>
      <location filename="../../studio/ui/keys/key_sets.py" line="0" />
      <source>pans the view while it is held</source>
      <translation>arrastra la vista mientras se mantiene pulsada</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/canvas_dialog.py" line="0" />
      <location filename="../../studio/ui/dialogs/image_size_dialog.py" line="0" />
      <source>per cent</source>
      <translation>por ciento</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/image_size_dialog.py" line="0" />
      <location filename="../../studio/ui/widgets/lengths.py" line="0" />
      <source>pixels</source>
      <translation>píxeles</translation>
    </message>
    <message>
      <location filename="../../studio/ui/generations/chart_view.py" line="0" />
      <source>quality, by the held-out judge</source>
      <translation>calidad, según el juez independiente</translation>
    </message>
    <message>
      <location filename="../../studio/ui/canvas/pose_overlay.py" line="0" />
      <source>right ankle</source>
      <translation>tobillo derecho</translation>
    </message>
    <message>
      <location filename="../../studio/ui/canvas/pose_overlay.py" line="0" />
      <source>right ear</source>
      <translation>oreja derecha</translation>
    </message>
    <message>
      <location filename="../../studio/ui/canvas/pose_overlay.py" line="0" />
      <source>right elbow</source>
      <translation>codo derecho</translation>
    </message>
    <message>
      <location filename="../../studio/ui/canvas/pose_overlay.py" line="0" />
      <source>right eye</source>
      <translation>ojo derecho</translation>
    </message>
    <message>
      <location filename="../../studio/ui/canvas/pose_overlay.py" line="0" />
      <source>right hip</source>
      <translation>cadera derecha</translation>
    </message>
    <message>
      <location filename="../../studio/ui/canvas/pose_overlay.py" line="0" />
      <source>right knee</source>
      <translation>rodilla derecha</translation>
    </message>
    <message>
      <location filename="../../studio/ui/canvas/pose_overlay.py" line="0" />
      <source>right shoulder</source>
      <translation>hombro derecho</translation>
    </message>
    <message>
      <location filename="../../studio/ui/canvas/pose_overlay.py" line="0" />
      <source>right wrist</source>
      <translation>muñeca derecha</translation>
    </message>
    <message>
      <location filename="../../studio/ui/generations/figure_texts.py" line="0" />
      <source>runs…</source>
      <translation>en marcha…</translation>
    </message>
    <message>
      <location filename="../../studio/ui/generations/chart_view.py" line="0" />
      <source>seconds a picture, fast at the right</source>
      <translation>segundos por imagen, rápido a la derecha</translation>
    </message>
    <message>
      <location filename="../../studio/ui/keys/key_sets.py" line="0" />
      <source>shows the picture before the result while it is held</source>
      <translation>muestra la imagen anterior al resultado mientras se mantiene pulsada</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/forms.py" line="0" />
      <source>still loading</source>
      <translation>cargando todavía</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/batch_dialog.py" line="0" />
      <location filename="../../studio/ui/generations/cell_view.py" line="0" />
      <location filename="../../studio/ui/generations/figure_texts.py" line="0" />
      <source>stopped</source>
      <translation>detenido</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/model_card.py" line="0" />
      <source>that of one file is not known</source>
      <translation>la de un archivo no se conoce</translation>
    </message>
    <message>
      <location filename="../../studio/ui/layers/control_box.py" line="0" />
      <location filename="../../studio/ui/prompt/reference_row.py" line="0" />
      <source>to</source>
      <translation>a</translation>
    </message>
    <message>
      <location filename="../../studio/ui/models/library_view.py" line="0" />
      <source>unknown</source>
      <translation>desconocido</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/batch_dialog.py" line="0" />
      <location filename="../../studio/ui/generations/cell_view.py" line="0" />
      <location filename="../../studio/ui/generations/figure_texts.py" line="0" />
      <source>waits</source>
      <translation>espera</translation>
    </message>
    <message>
      <location filename="../../studio/ui/models/memory_text.py" line="0" />
      <source>with its networks taking turns on the card</source>
      <translation>turnando sus redes en la tarjeta</translation>
    </message>
    <message>
      <location filename="../../studio/ui/models/memory_text.py" line="0" />
      <source>with its weights packed and in slices, which takes much longer</source>
      <translation>con los pesos empaquetados y por partes, que tarda mucho más</translation>
    </message>
    <message>
      <location filename="../../studio/ui/models/memory_text.py" line="0" />
      <source>with its weights packed as in the file, which takes longer</source>
      <translation>con los pesos empaquetados como en el archivo, que tarda más</translation>
    </message>
    <message>
      <location filename="../../studio/ui/models/memory_text.py" line="0" />
      <source>with the picture decoded in tiles</source>
      <translation>decodificando la imagen por partes</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/model_commands.py" line="0" />
      <source>{count} files cannot be used; the Models panel has the reasons.</source>
      <translation>{count} archivos no se pueden usar; el panel Modelos explica por qué.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/questions.py" line="0" />
      <source>{count} jobs that are running or waiting</source>
      <translation>{count} trabajos en marcha o en espera</translation>
    </message>
    <message>
      <location filename="../../studio/ui/generations/figure_texts.py" line="0" />
      <source>{count} million</source>
      <translation>{count} millones</translation>
    </message>
    <message>
      <location filename="../../studio/ui/models/models_panel.py" line="0" />
      <source>{count} million parameters</source>
      <translation>{count} millones de parámetros</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/model_commands.py" line="0" />
      <source>{count} models are listed, {name} is chosen.</source>
      <translation>{count} modelos en la lista; se ha elegido {name}.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/models/models_panel.py" line="0" />
      <source>{count} more; All models and parts lists them with the reason.</source>
      <translation>{count} más; Todos y sus partes los enumera con el motivo.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/prompt/lora_picker.py" line="0" />
      <source>{count} of {total} fit the chosen model</source>
      <translation>{count} de {total} sirven para el modelo elegido</translation>
    </message>
    <message>
      <location filename="../../studio/ui/training/subject_chip.py" line="0" />
      <source>{count} photos</source>
      <translation>{count} fotos</translation>
    </message>
    <message>
      <location filename="../../studio/ui/training/teach_sheet.py" line="0" />
      <source>{count} photos to learn from</source>
      <translation>{count} fotos para aprender</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/batch_dialog.py" line="0" />
      <source>{count} photos.</source>
      <translation>{count} fotos.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/questions.py" line="0" />
      <source>{count} results that have not been applied</source>
      <translation>{count} resultados sin aplicar</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/assets_dialog.py" line="0" />
      <source>{done} of {all} MB</source>
      <translation>{done} de {all} MB</translation>
    </message>
    <message>
      <location filename="../../studio/ui/prompt/forecast_label.py" line="0" />
      <source>{forecast}, as earlier edits took on this machine</source>
      <translation>{forecast}, según las ediciones anteriores en este equipo</translation>
    </message>
    <message>
      <location filename="../../studio/ui/canvas/pose_overlay.py" line="0" />
      <source>{joint}: confidence {percent} %</source>
      <translation>{joint}: confianza {percent} %</translation>
    </message>
    <message>
      <location filename="../../studio/ui/canvas/pose_overlay.py" line="0" />
      <source>{joint}: hidden</source>
      <translation>{joint}: oculta</translation>
    </message>
    <message>
      <location filename="../../studio/ui/keys/shortcut_editor.py" line="0" />
      <source>{key} belongs to the canvas: it {does}.</source>
      <translation>{key} pertenece al lienzo: {does}.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/widgets/durations.py" line="0" />
      <source>{minutes} min left</source>
      <translation>quedan {minutes} min</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/find_commands.py" line="0" />
      <source>{names}: {count} model files were found ({size}).</source>
      <translation>{names}: se encontraron {count} archivos de modelos ({size}).</translation>
    </message>
    <message>
      <location filename="../../studio/ui/results/queue_panel.py" line="0" />
      <source>{name}  ·  paused</source>
      <translation>{name}  ·  en pausa</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/find_dialog.py" line="0" />
      <source>{name} (in use)</source>
      <translation>{name} (en uso)</translation>
    </message>
    <message>
      <location filename="../../studio/ui/prompt/sampling_form.py" line="0" />
      <source>{name} (not found)</source>
      <translation>{name} (no se encuentra)</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/settings_offer.py" line="0" />
      <source>{name} has a prompt: “{prompt}”</source>
      <translation>{name} trae un prompt: «{prompt}»</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/subject_commands.py" line="0" />
      <source>{name} has been taught.</source>
      <translation>Lienzo ya conoce a {name}.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/documents/files.py" line="0" />
      <source>{name} is also open in another Lienzo: the last save counts.</source>
      <translation>{name} también está abierto en otro Lienzo: vale lo último que se guarde.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/documents/files.py" line="0" />
      <source>{name} is open already.</source>
      <translation>{name} ya está abierto.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/models/model_choice.py" line="0" />
      <source>{name}, the model used last, is missing; the included model is used.</source>
      <translation>{name}, el último modelo usado, no está: se elige el modelo incluido.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/first_model_dialog.py" line="0" />
      <source>{name}: connecting…</source>
      <translation>{name}: conectando…</translation>
    </message>
    <message>
      <location filename="../../studio/ui/generations/figure_texts.py" line="0" />
      <source>{name}: quality {share}, {time} a picture, variety {distance}.</source>
      <translation>{name}: calidad {share}, {time} por imagen, variedad {distance}.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/first_model_dialog.py" line="0" />
      <source>{name}: {done} of {whole}</source>
      <translation>{name}: {done} de {whole}</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/first_model_dialog.py" line="0" />
      <source>{name}: {reason} Trying again…</source>
      <translation>{name}: {reason} Se intenta de nuevo…</translation>
    </message>
    <message>
      <location filename="../../studio/ui/training/curves.py" line="0" />
      <source>{name}: {value}</source>
      <translation>{name}: {value}</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/model_card.py" line="0" />
      <source>{needs}; this machine has {memory}, and {card} on its card.</source>
      <translation>{needs}; este equipo tiene {memory}, y {card} en su tarjeta.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/model_card.py" line="0" />
      <source>{needs}; this machine has {memory}.</source>
      <translation>{needs}; este equipo tiene {memory}.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/assets_dialog.py" line="0" />
      <source>{number} MB</source>
      <translation>{number} MB</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/guide_viewer.py" line="0" />
      <source>{place} of {count}</source>
      <translation>{place} de {count}</translation>
    </message>
    <message>
      <location filename="../../studio/ui/results/tray_list.py" line="0" />
      <source>{prompt}, seed {seed}</source>
      <translation>{prompt}, semilla {seed}</translation>
    </message>
    <message>
      <location filename="../../studio/ui/results/tray_list.py" line="0" />
      <source>{result} (applied)</source>
      <translation>{result} (aplicado)</translation>
    </message>
    <message>
      <location filename="../../studio/ui/results/tray_panel.py" line="0" />
      <source>{result} · fits {percent} %</source>
      <translation>{result} · encaja un {percent} %</translation>
    </message>
    <message>
      <location filename="../../studio/ui/widgets/durations.py" line="0" />
      <source>{seconds} s left</source>
      <translation>quedan {seconds} s</translation>
    </message>
    <message>
      <location filename="../../studio/ui/prompt/region_row.py" line="0" />
      <source>{share} % of the picture</source>
      <translation>{share} % de la imagen</translation>
    </message>
    <message>
      <location filename="../../studio/ui/models/library_view.py" line="0" />
      <source>{shown} of {all}</source>
      <translation>{shown} de {all}</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/first_model_dialog.py" line="0" />
      <source>{size} are free.</source>
      <translation>Hay {size} libres.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/first_model_dialog.py" line="0" />
      <source>{size} are there already.</source>
      <translation>{size} ya están.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/model_card.py" line="0" />
      <source>{size} of memory</source>
      <translation>{size} de memoria</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/first_model_dialog.py" line="0" />
      <source>{size} per second</source>
      <translation>{size} por segundo</translation>
    </message>
    <message>
      <location filename="../../studio/ui/training/teach_sheet.py" line="0" />
      <source>{steps} steps at {side} x {side} pixels; the editor stays usable meanwhile.</source>
      <translation>{steps} pasos a {side} x {side} píxeles; mientras tanto se puede seguir editando.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/generations/cell_view.py" line="0" />
      <source>{system}, seed {seed}: {state}</source>
      <translation>{system}, semilla {seed}: {state}</translation>
    </message>
    <message>
      <location filename="../../studio/ui/prompt/recipe_bar.py" line="0" />
      <source>{text} (with {adapters})</source>
      <translation>{text} (con {adapters})</translation>
    </message>
    <message>
      <location filename="../../studio/ui/generations/figure_texts.py" line="0" />
      <source>{time} a picture</source>
      <translation>{time} por imagen</translation>
    </message>
    <message>
      <location filename="../../studio/ui/dialogs/first_model_dialog.py" line="0" />
      <source>{time} left</source>
      <translation>faltan {time}</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/model_commands.py" line="0" />
      <source>{title} is there, and chosen.</source>
      <translation>{title} ya está aquí, y está elegido.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/training/training_form.py" line="0" />
      <source>{value} (default)</source>
      <translation>{value} (predeterminado)</translation>
    </message>
    <message>
      <location filename="../../studio/ui/widgets/lengths.py" line="0" />
      <source>{width} x {height} px ({wide} x {high} mm at {dpi} dpi)</source>
      <translation>{width} x {height} px ({wide} x {high} mm a {dpi} ppp)</translation>
    </message>
    <message>
      <location filename="../../studio/ui/widgets/picture_dialog.py" line="0" />
      <source>{width} x {height} px, {format}</source>
      <translation>{width} x {height} px, {format}</translation>
    </message>
    <message>
      <location filename="../../studio/ui/rewrite/prompt_chips.py" line="0" />
      <source>{word}, new, weight {weight}</source>
      <translation>{word}, nueva, peso {weight}</translation>
    </message>
    <message>
      <location filename="../../studio/ui/rewrite/prompt_chips.py" line="0" />
      <source>{word}, removed</source>
      <translation>{word}, quitada</translation>
    </message>
    <message>
      <location filename="../../studio/ui/rewrite/prompt_chips.py" line="0" />
      <source>{word}, weight {weight}</source>
      <translation>{word}, peso {weight}</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/get_commands.py" line="0" />
      <source>“Get a model…” in the Models panel resumes it.</source>
      <translation>«Conseguir un modelo…», en el panel Modelos, la continúa.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/first_steps.py" line="0" />
      <source>“Lift it” in the bar above is chosen for this; the list has other uses.</source>
      <translation>Para ello, en la barra de arriba está elegido «Levantarlo»; la lista tiene otros usos.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/commands/edit_commands.py" line="0" />
      <source>“{name}” is not possible at the moment.</source>
      <translation>«{name}» no se puede hacer ahora.</translation>
    </message>
    <message>
      <location filename="../../studio/ui/keys/shortcut_editor.py" line="0" />
      <source>“{name}” uses {key} and would lose it.</source>
      <translation>{key} es la tecla de «{name}», que la perdería.</translation>
    </message>
  </context>
</TS>
